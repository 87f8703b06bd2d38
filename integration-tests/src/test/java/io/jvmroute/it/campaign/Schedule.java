package io.jvmroute.it.campaign;

import io.jvmroute.it.campaign.history.FaultKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Which fault comes next, all from a seed: each of the chosen kinds once in a random order, then again in another. */
final class Schedule {
    private static final long BRIEF_CALM = 2_000;

    private final boolean brief;
    private final Random random;
    private final List<FaultKind> kinds;
    private final List<FaultKind> round = new ArrayList<>();

    /**
     * One fault.
     *
     * @param node whom it hits, if it hits a node
     * @param frontend whom it hits, if it hits a frontend, or who is on the node's side of a split
     * @param holdMillis how long it lasts, where that is free
     * @param calmMillis how long nothing happens afterwards, once the cluster is calm; 0: that is not waited for
     */
    record Step(FaultKind kind, String node, String frontend, long holdMillis, long calmMillis) {}

    Schedule(long seed, List<FaultKind> kinds) {
        this(seed, kinds, /* brief= */ false);
    }

    private Schedule(long seed, List<FaultKind> kinds, boolean brief) {
        random = new Random(seed);
        this.kinds = List.copyOf(kinds);
        this.brief = brief;
    }

    /** With faults and pauses that last no longer than it takes to see their effect. */
    static Schedule brief(long seed, List<FaultKind> kinds) {
        return new Schedule(seed, kinds, /* brief= */ true);
    }

    Step next() {
        if (round.isEmpty()) {
            round.addAll(kinds);
            Collections.shuffle(round, random);
        }
        FaultKind kind = round.remove(round.size() - 1);
        return new Step(
                kind,
                any(CampaignCluster.NODES),
                any(CampaignCluster.FRONTENDS),
                brief ? leastHold(kind) : hold(kind),
                brief ? BRIEF_CALM : 3_000 + random.nextInt(5_000));
    }

    private String any(List<String> names) {
        return names.get(random.nextInt(names.size()));
    }

    private static long leastHold(FaultKind kind) {
        return switch (kind) {
            case KILL, KILL_BODY, KILL_POST, KILL_STREAM, KILL_FRONTEND, RESTART, DUPLICATE -> 2_000;
            case REFUSE -> 4_000;
            case PAUSE -> 3_000;
            case BLACK_HOLE, PARTITION, GRID_LOSS, GRID_CUT -> 12_000; // the grid gives a member up after six seconds
            case FREEZE -> 18_000; // others serve its sessions after eight, and what Tomcat adds
            case FREEZE_FRONTEND -> 20_000;
            case SCALE_OUT, CLOCKS -> FaultKind.SHARING_MILLIS + 10_000;
        };
    }

    private long hold(FaultKind kind) {
        return switch (kind) {
            case PAUSE -> 3_000;
            case BLACK_HOLE -> 12_000 + random.nextInt(8_000);
            case FREEZE -> random.nextInt(4) == 0 ? 60_000 : 15_000 + random.nextInt(10_000);
            case FREEZE_FRONTEND -> 20_000;
            case SCALE_OUT, CLOCKS -> FaultKind.SHARING_MILLIS + 10_000 + random.nextInt(15_000);
            case PARTITION, GRID_LOSS, GRID_CUT -> 15_000 + random.nextInt(15_000);
            case KILL, KILL_BODY, KILL_POST, KILL_STREAM, KILL_FRONTEND, REFUSE, RESTART, DUPLICATE ->
                4_000 + random.nextInt(8_000);
        };
    }
}
