package io.jvmroute.examples.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Jettys: a {@code JETTY_BASE} each, made of the one in {@code src/main/jetty} and the module's archive. */
record JettyContainer(Path home, Distribution distribution, ClusterPlan plan) implements Container {

    @Override
    public void make(NodePlan node) throws IOException {
        Path base = node.base();
        Folders.delete(base);
        for (String folder : List.of("environments", "logs", "temp", "webapps")) {
            Files.createDirectories(base.resolve(folder));
        }
        render(distribution.templates("jetty").resolve(node.isFrontend() ? "frontend" : "node"), node);
        Folders.unzip(distribution.module(), base);
        if (!node.isFrontend()) {
            Folders.copyInto(base.resolve("webapps"), distribution.shop());
        }
    }

    private void render(Path template, NodePlan node) throws IOException {
        Map<String, String> values = values(plan, node);
        List<Path> files;
        try (Stream<Path> all = Files.walk(template)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path target = node.base().resolve(template.relativize(file));
            Files.createDirectories(target.getParent());
            Files.writeString(target, Template.fill(Files.readString(file), values));
        }
    }

    static Map<String, String> values(ClusterPlan plan, NodePlan node) {
        String storeMembers = Stream.concat(Stream.of(node), plan.partners(node).stream())
                .map(member -> "<member>127.0.0.1:" + member.copiesPort() + "</member>")
                .collect(Collectors.joining("\n          "));
        return Map.of(
                "route", node.name(),
                "http.port", String.valueOf(node.httpPort()),
                "members", Template.members(plan),
                "hazelcast.port", String.valueOf(node.hazelcastPort()),
                "status.token", plan.statusToken(),
                "store.port", String.valueOf(node.copiesPort()),
                "store.members", storeMembers);
    }

    @Override
    public List<String> command(NodePlan node) {
        List<String> command = Container.jvm(node.base().resolve("temp"));
        command.add("-Djava.util.logging.SimpleFormatter.format=%1$tF %1$tT %4$s %3$s %5$s%6$s%n");
        command.add("-jar");
        command.add(home.resolve("start.jar").toString());
        return command;
    }
}
