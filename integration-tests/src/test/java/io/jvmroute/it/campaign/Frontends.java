package io.jvmroute.it.campaign;

import io.jvmroute.it.campaign.history.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/** How one user reaches the frontends: any of them, but for a while none that did not answer. Nodes too, if only to deceive them. */
final class Frontends implements AutoCloseable {
    private static final long AVOIDED_MILLIS = 3_000;
    private static final int NODE_PATIENCE_MILLIS = 2_000;

    private final Map<String, UserAgent> agents = new LinkedHashMap<>();
    private final Map<String, Long> silent = new ConcurrentHashMap<>();
    private final ExecutorService threads;
    private final Supplier<Nemesis.Wish> wish;

    Frontends(CampaignCluster cluster, int patienceMillis, ExecutorService threads, Supplier<Nemesis.Wish> wish) {
        this.threads = threads;
        this.wish = wish;
        for (String name : CampaignCluster.FRONTENDS) {
            agents.put(name, new UserAgent(cluster.address(name), patienceMillis));
        }
        for (String name : CampaignCluster.NODES) {
            agents.put(name, new UserAgent(cluster.address(name), NODE_PATIENCE_MILLIS));
        }
    }

    String any(SplittableRandom random) {
        List<String> names = CampaignCluster.FRONTENDS;
        int first = random.nextInt(names.size());
        String name = names.get(first);
        boolean isSilent = silent.getOrDefault(name, 0L) + AVOIDED_MILLIS > System.currentTimeMillis();
        return isSilent ? names.get((first + 1) % names.size()) : name;
    }

    UserAgent agent(String name) {
        return Objects.requireNonNull(agents.get(name), name);
    }

    /** A frontend or a node. */
    static String anyServer(SplittableRandom random) {
        List<String> names = CampaignCluster.names();
        return names.get(random.nextInt(names.size()));
    }

    /** What is to be sent now. */
    Nemesis.Wish wish() {
        return wish.get();
    }

    /** What became of a request through this one. */
    void tell(String name, int status) {
        if (status == Answer.NONE) {
            silent.put(name, System.currentTimeMillis());
        }
    }

    /** For what one user does at the same moment. */
    ExecutorService threads() {
        return threads;
    }

    @Override
    public void close() {
        agents.values().forEach(UserAgent::close);
    }
}
