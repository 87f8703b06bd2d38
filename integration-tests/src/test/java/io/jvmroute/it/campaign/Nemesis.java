package io.jvmroute.it.campaign;

import io.jvmroute.it.ServerNode;
import io.jvmroute.it.campaign.Schedule.Step;
import io.jvmroute.it.campaign.history.Fault;
import io.jvmroute.it.campaign.history.FaultKind;
import io.jvmroute.it.campaign.history.Measure;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Does to the cluster what a {@link Schedule} says, one thing after the other, and waits until it is whole again in between. */
final class Nemesis {
    /** How long bodies are all that users send before a node is killed in the middle of them. */
    private static final long BODIES_MILLIS = 2_000;

    private static final Duration REFUSAL_LIMIT = Duration.ofMinutes(2);

    private final CampaignCluster cluster;
    private final Recorder recorder;
    private volatile boolean wantsBodies;
    private volatile String doing = "nothing";

    Nemesis(CampaignCluster cluster, Recorder recorder) {
        this.cluster = cluster;
        this.recorder = recorder;
    }

    /** Whether users shall send long bodies and nothing else. */
    boolean wantsBodies() {
        return wantsBodies;
    }

    /** What is going on, in a few words. */
    String doing() {
        return doing;
    }

    /** One fault from its beginning to the end of the calm that follows. */
    void play(Step step) throws IOException, InterruptedException {
        switch (step.kind()) {
            case KILL, KILL_FRONTEND -> kill(step);
            case KILL_BODY -> {
                wantsBodies = true;
                Thread.sleep(BODIES_MILLIS);
                try {
                    kill(step);
                } finally {
                    wantsBodies = false;
                }
            }
            case PAUSE, FREEZE -> freeze(step, step.node());
            case FREEZE_FRONTEND -> freeze(step, step.frontend());
            case RESTART -> {
                for (String node : CampaignCluster.NODES) {
                    restart(node);
                }
            }
            case DUPLICATE -> duplicate();
            case REFUSE, BLACK_HOLE, GRID_CUT, GRID_LOSS, PARTITION -> cut(step);
        }
        doing = "calm";
        Thread.sleep(step.calmMillis());
    }

    private void kill(Step step) throws IOException, InterruptedException {
        String target = step.kind() == FaultKind.KILL_FRONTEND ? step.frontend() : step.node();
        doing = step.kind().option() + " " + target;
        ServerNode server = cluster.server(target);
        long from = System.currentTimeMillis();
        server.kill();
        Thread.sleep(step.holdMillis());
        long undone = System.currentTimeMillis();
        server.launch();
        record(step.kind(), Set.of(target), from, undone);
    }

    private void freeze(Step step, String target) throws IOException, InterruptedException {
        doing = step.kind().option() + " " + target + " " + step.holdMillis() / 1000 + " s";
        long from = System.currentTimeMillis();
        cluster.signal(target, "STOP");
        try {
            Thread.sleep(step.holdMillis());
        } finally {
            cluster.signal(target, "CONT");
        }
        record(step.kind(), Set.of(target), from, System.currentTimeMillis());
    }

    private void restart(String node) throws IOException, InterruptedException {
        doing = FaultKind.RESTART.option() + " " + node;
        ServerNode server = cluster.server(node);
        long from = System.currentTimeMillis();
        server.stop();
        long undone = System.currentTimeMillis();
        server.launch();
        record(FaultKind.RESTART, Set.of(node), from, undone);
    }

    /** Starts the twin of the first node, which has to refuse to. */
    private void duplicate() throws IOException, InterruptedException {
        doing = FaultKind.DUPLICATE.option();
        ServerNode twin = cluster.server(CampaignCluster.TWIN);
        long from = System.currentTimeMillis();
        try {
            twin.launch();
            long end = System.nanoTime() + REFUSAL_LIMIT.toNanos();
            boolean refused = false;
            while (!refused && System.nanoTime() < end) {
                Thread.sleep(250);
                refused = twin.log().contains("route n1 is taken");
            }
            recorder.add(new Measure(
                    CampaignCluster.TWIN,
                    "runs beside the node of the same name",
                    refused ? 0 : 1,
                    0,
                    /* ofSessions= */ false));
        } finally {
            twin.close();
        }
        record(FaultKind.DUPLICATE, Set.of("n1"), from, System.currentTimeMillis());
    }

    private void cut(Step step) throws IOException, InterruptedException {
        Network network = cluster.network();
        List<String> all = CampaignCluster.names();
        List<String> side = List.of(step.frontend(), step.node());
        Set<String> targets = Set.of(step.node());
        doing = step.kind().option() + " " + step.node();
        long from = System.currentTimeMillis();
        try {
            switch (step.kind()) {
                case REFUSE -> network.refuse(step.node(), CampaignCluster.HTTP_PORT);
                case BLACK_HOLE -> network.swallow(step.node(), CampaignCluster.HTTP_PORT);
                case GRID_CUT -> network.cut(step.node(), CampaignCluster.GRID_PORT);
                case GRID_LOSS -> {
                    targets = Set.copyOf(all);
                    for (String host : all) {
                        network.cut(host, CampaignCluster.GRID_PORT);
                    }
                }
                case PARTITION -> {
                    targets = Set.copyOf(all);
                    doing = "partition " + side + " | the others";
                    network.split(
                            side,
                            all.stream().filter(host -> !side.contains(host)).toList());
                }
                default -> throw new AssertionError(step.kind());
            }
            Thread.sleep(step.holdMillis());
        } finally {
            for (String host : all) {
                network.heal(host);
            }
        }
        record(step.kind(), targets, from, System.currentTimeMillis());
    }

    /** Waits until all is as before. */
    private void record(FaultKind kind, Set<String> targets, long from, long undone)
            throws IOException, InterruptedException {
        try {
            cluster.awaitWhole();
        } finally {
            recorder.add(new Fault(kind, targets, from, undone, System.currentTimeMillis()));
        }
    }
}
