package io.jvmroute.examples.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a person types while the cluster runs. */
final class Commands {

    private final Cluster cluster;
    private final Startup startup;
    private final Banner banner;

    Commands(Cluster cluster, Startup startup, Banner banner) {
        this.cluster = cluster;
        this.startup = startup;
        this.banner = banner;
    }

    /** Returns at {@code quit} or at the end of the input. */
    void follow(BufferedReader in) throws IOException, InterruptedException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.strip().split("\\s+", -1);
            if (words[0].equals("quit")) {
                return;
            }
            try {
                obey(words[0], words.length == 2 ? words[1] : null);
            } catch (ClusterException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private void obey(String verb, @Nullable String name) throws ClusterException, IOException, InterruptedException {
        switch (verb) {
            case "" -> {}
            case "status" -> System.out.print(banner.status());
            case "kill" -> cluster.kill(node(name));
            case "start" -> startup.start(List.of(node(name)));
            default -> throw new ClusterException(verb + ": unknown (kill <node>, start <node>, status, quit)");
        }
    }

    private NodePlan node(@Nullable String name) throws ClusterException {
        return cluster.plan().all().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ClusterException("which node? (" + names() + ")"));
    }

    private String names() {
        return String.join(
                ", ", cluster.plan().all().stream().map(NodePlan::name).toList());
    }
}
