package io.jvmroute.it.campaign;

import io.jvmroute.it.ServerNode;
import io.jvmroute.it.campaign.Network.Service;
import io.jvmroute.it.campaign.Schedule.Step;
import io.jvmroute.it.campaign.history.Fault;
import io.jvmroute.it.campaign.history.FaultKind;
import io.jvmroute.it.campaign.history.Measure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Does to the cluster what a {@link Schedule} says, one thing after the other, and waits until it is whole again in between. */
final class Nemesis {
    /** How long users send nothing else before a node is killed in the middle of it. */
    private static final long ONE_KIND_MILLIS = 2_000;

    /** How long after a kill they send something special. */
    private static final long WISH_MILLIS = 2_500;

    private static final Duration REFUSAL_LIMIT = Duration.ofMinutes(2);

    private final CampaignCluster cluster;
    private final Recorder recorder;
    private volatile Wish wish = Wish.ANYTHING;
    private volatile String doing = "nothing";
    private @Nullable Begun begun;

    /** A fault that is not over. */
    private record Begun(FaultKind kind, Set<String> targets, long from, long struck) {}

    Nemesis(CampaignCluster cluster, Recorder recorder) {
        this.cluster = cluster;
        this.recorder = recorder;
    }

    /** What users shall send. */
    enum Wish {
        ANYTHING,
        /** Nothing but long bodies, both ways. */
        BODIES,
        /** Looks through all frontends at the same moment. */
        PAIRS,
        /** Nothing but WebSockets and streams of events that stay open. */
        STREAMS,
        /** Nothing but POSTs that take a while. */
        SLOW_POSTS
    }

    Wish wish() {
        return wish;
    }

    /** What is going on, in a few words. */
    String doing() {
        return doing;
    }

    /** One fault from its beginning to the end of the calm that follows; where that is cut short, the fault has been one nevertheless. */
    void play(Step step) throws IOException, InterruptedException {
        try {
            inflict(step);
        } finally {
            if (begun != null) {
                end(System.currentTimeMillis());
            }
        }
        doing = "calm";
        if (step.calmMillis() > 0) {
            cluster.awaitCalm();
            Thread.sleep(step.calmMillis());
        }
    }

    private void inflict(Step step) throws IOException, InterruptedException {
        switch (step.kind()) {
            case KILL, KILL_FRONTEND -> kill(step);
            case KILL_STREAM -> killAmid(Wish.STREAMS, step);
            case KILL_BODY -> killAmid(Wish.BODIES, step);
            case KILL_POST -> killAmid(Wish.SLOW_POSTS, step);
            case PAUSE, FREEZE -> freeze(step, step.node());
            case FREEZE_FRONTEND -> freeze(step, step.frontend());
            case RESTART -> {
                for (String node : CampaignCluster.NODES) {
                    restart(node);
                }
            }
            case DUPLICATE -> duplicate();
            case SCALE_OUT -> scaleOut(step);
            case CLOCKS -> shiftClocks(step);
            case REFUSE, BLACK_HOLE, GRID_CUT, GRID_LOSS, PARTITION -> cut(step);
        }
    }

    private void killAmid(Wish load, Step step) throws IOException, InterruptedException {
        wish = load;
        try {
            Thread.sleep(ONE_KIND_MILLIS);
            kill(step);
        } finally {
            wish = Wish.ANYTHING;
        }
    }

    private void kill(Step step) throws IOException, InterruptedException {
        String target = step.kind() == FaultKind.KILL_FRONTEND ? step.frontend() : step.node();
        doing = step.kind().option() + " " + target;
        ServerNode server = cluster.server(target);
        begin(step.kind(), Set.of(target));
        server.kill();
        struck();
        Wish next = wishAfter(step.kind());
        if (next != Wish.ANYTHING) {
            wish = next;
            Thread.sleep(WISH_MILLIS);
        }
        wish = Wish.ANYTHING; // what comes next is to be served in time, and not to take time itself
        Thread.sleep(step.holdMillis());
        long undone = System.currentTimeMillis();
        server.launch();
        record(undone);
    }

    /** Sessions that move because two frontends ask at once; streams that their users don't end too soon. */
    private static Wish wishAfter(FaultKind kind) {
        return switch (kind) {
            case KILL -> Wish.PAIRS;
            case KILL_STREAM -> Wish.STREAMS;
            default -> Wish.ANYTHING;
        };
    }

    private void freeze(Step step, String target) throws IOException, InterruptedException {
        doing = step.kind().option() + " " + target + " " + step.holdMillis() / 1000 + " s";
        begin(step.kind(), Set.of(target));
        cluster.signal(target, "STOP");
        try {
            Thread.sleep(step.holdMillis());
        } finally {
            cluster.signal(target, "CONT");
        }
        record(System.currentTimeMillis());
    }

    private void restart(String node) throws IOException, InterruptedException {
        doing = FaultKind.RESTART.option() + " " + node;
        ServerNode server = cluster.server(node);
        begin(FaultKind.RESTART, Set.of(node));
        server.stop();
        long undone = System.currentTimeMillis();
        server.launch();
        record(undone);
    }

    /** Starts the twin of the first node, which has to refuse to. */
    private void duplicate() throws IOException, InterruptedException {
        doing = FaultKind.DUPLICATE.option();
        ServerNode twin = cluster.add(CampaignCluster.TWIN);
        begin(FaultKind.DUPLICATE, Set.of("n1"));
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
                    "runs beside the node of its name",
                    refused ? 0 : 1,
                    Measure.Counts.FORWARDS));
        } finally {
            twin.close();
        }
        record(System.currentTimeMillis());
    }

    /** Starts one more node, and stops it after a while. */
    private void scaleOut(Step step) throws IOException, InterruptedException {
        List<String> added = List.of(CampaignCluster.ADDED);
        try {
            letIn(step, added);
            letOut(added);
        } finally {
            end(added);
        }
    }

    /** Starts a node whose clock is an hour ahead and one whose clock is an hour behind, kills each and starts it again, and stops them. */
    private void shiftClocks(Step step) throws IOException, InterruptedException {
        List<String> added = List.of(CampaignCluster.AHEAD, CampaignCluster.BEHIND);
        try {
            letIn(step, added);
            for (String node : added) {
                begin(FaultKind.KILL, Set.of(node));
                cluster.server(node).kill();
                struck();
                Thread.sleep(WISH_MILLIS);
                long undone = System.currentTimeMillis();
                cluster.server(node).launch();
                record(undone, added);
            }
            letOut(added);
        } finally {
            end(added);
        }
    }

    private void letOut(List<String> added) throws IOException, InterruptedException {
        List<String> left = new ArrayList<>(added);
        while (!left.isEmpty()) {
            String node = left.remove(0);
            begin(FaultKind.RESTART, Set.of(node));
            cluster.server(node).stop();
            record(System.currentTimeMillis(), left);
        }
    }

    private void end(List<String> added) throws IOException {
        for (String node : added) {
            cluster.add(node).close();
        }
    }

    /** Starts nodes in addition. What begins before all see them is no effect of them that users may notice. */
    private void letIn(Step step, List<String> nodes) throws IOException, InterruptedException {
        doing = step.kind().option() + " " + nodes;
        for (String node : nodes) {
            cluster.add(node).launch();
        }
        cluster.awaitWhole(nodes);
        begin(step.kind(), Set.copyOf(nodes));
        Thread.sleep(step.holdMillis());
        end(System.currentTimeMillis());
    }

    private void cut(Step step) throws IOException, InterruptedException {
        Network network = cluster.network();
        List<String> all = CampaignCluster.names();
        List<String> side = List.of(step.frontend(), step.node());
        boolean hitsAll = step.kind() == FaultKind.GRID_LOSS || step.kind() == FaultKind.PARTITION;
        Set<String> targets = hitsAll ? Set.copyOf(all) : Set.of(step.node());
        doing = step.kind().option() + " " + step.node();
        begin(step.kind(), targets);
        try {
            switch (step.kind()) {
                case REFUSE -> network.refuse(step.node(), Service.HTTP);
                case BLACK_HOLE -> network.swallow(step.node(), Service.HTTP);
                case GRID_CUT -> network.cut(step.node(), Service.GRID);
                case GRID_LOSS -> {
                    for (String host : all) {
                        network.cut(host, Service.GRID);
                    }
                }
                case PARTITION -> {
                    doing = "partition " + side + " | the others";
                    network.split(
                            side,
                            all.stream().filter(host -> !side.contains(host)).toList());
                }
                default -> throw new AssertionError(step.kind());
            }
            struck();
            Thread.sleep(step.holdMillis());
        } finally {
            for (String host : all) {
                network.heal(host);
            }
        }
        record(System.currentTimeMillis());
    }

    private void begin(FaultKind kind, Set<String> targets) {
        long from = System.currentTimeMillis();
        begun = new Begun(kind, targets, from, from);
    }

    private void struck() {
        Begun open = Objects.requireNonNull(begun);
        begun = new Begun(open.kind(), open.targets(), open.from(), System.currentTimeMillis());
    }

    /** The fault is over, since all is as before; records it. */
    private void end(long undone) {
        Begun open = Objects.requireNonNull(begun);
        begun = null;
        recorder.add(
                new Fault(open.kind(), open.targets(), open.from(), open.struck(), undone, System.currentTimeMillis()));
    }

    /** Waits until all is as before. */
    private void record(long undone) throws IOException, InterruptedException {
        record(undone, /* added= */ List.of());
    }

    private void record(long undone, List<String> added) throws IOException, InterruptedException {
        try {
            cluster.awaitWhole(added);
        } finally {
            end(undone);
        }
    }
}
