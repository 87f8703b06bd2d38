package io.jvmroute.it.campaign.history;

import java.util.Arrays;
import java.util.Locale;

/** The faults of the campaign, and what is promised for each. */
public enum FaultKind {
    /** {@code kill -9} of a node under load. */
    KILL(1_000, Effect.MOVES, "kill -9 of a node"),
    /** The same while it sends and receives long bodies. */
    KILL_BODY(1_000, Effect.MOVES, "kill -9 of a node in the middle of bodies"),
    /** The same while it carries out POSTs. */
    KILL_POST(1_000, Effect.MOVES, "kill -9 of a node in the middle of POSTs"),
    /** The same while WebSockets and streams of events are open. */
    KILL_STREAM(1_000, Effect.MOVES, "kill -9 of a node with open streams"),
    /** SIGSTOP for as long as a long garbage collection. */
    PAUSE(4_000, Effect.WAITS, "a node stands still for 3 s"),
    /** SIGSTOP for longer than anyone waits. */
    FREEZE(10_000, Effect.MOVES, "a node freezes"),
    FREEZE_FRONTEND(1_000, Effect.FRONTEND, "a frontend freezes"),
    /** The HTTP port answers with a reset; the grid knows nothing of it. */
    REFUSE(1_000, Effect.MOVES, "a node's HTTP port refuses"),
    /** The HTTP port swallows packets. */
    BLACK_HOLE(10_000, Effect.MOVES, "a node's HTTP port is black-holed"),
    /** One node can't reach the grid, but serves. */
    GRID_CUT(0, Effect.NONE, "a node's Hazelcast port is cut"),
    /** No member of the grid reaches another. */
    GRID_LOSS(0, Effect.NONE, "the Hazelcast ports of all are cut"),
    /** Two sides that each hold a frontend and nodes. */
    PARTITION(10_000, Effect.SPLITS, "the network splits"),
    /** SIGTERM and a new start, one node after the other. */
    RESTART(0, Effect.DRAINS, "a node is stopped and started"),
    /** A second node with the same route. */
    DUPLICATE(0, Effect.NONE, "a second node of the same name starts"),
    /** A node that was not there joins; from the moment when all see it until it is stopped. */
    SCALE_OUT(0, Effect.NONE, "a node is added"),
    /** Two nodes join whose clocks are an hour ahead and an hour behind. */
    CLOCKS(0, Effect.NONE, "nodes are added whose clocks are an hour off"),
    KILL_FRONTEND(1_000, Effect.FRONTEND, "kill -9 of a frontend");

    /** How long after a split its two sides may still disagree. */
    static final long HEALED_MILLIS = 30_000;

    /** How long an added node takes to get its share of new sessions. */
    public static final long SHARING_MILLIS = 5_000;

    private final long boundMillis;
    private final Effect effect;
    private final String description;

    /** What users may notice. */
    private enum Effect {
        /** Nothing. */
        NONE,
        /** They wait; nothing fails, nothing moves. */
        WAITS,
        /** Nothing fails but long uploads, which may be refused; sessions move once. */
        DRAINS,
        /** Requests fail for a while, sessions move once. */
        MOVES,
        /** Requests fail for a while, sessions move to and fro until it is over, writes may be lost. */
        SPLITS,
        /** Requests through the frontend fail. */
        FRONTEND
    }

    FaultKind(long boundMillis, Effect effect, String description) {
        this.boundMillis = boundMillis;
        this.effect = effect;
        this.description = description;
    }

    /** Within which time, on a machine with nothing else to do, requests succeed again. */
    public long boundMillis() {
        return boundMillis;
    }

    /** In words. */
    public String description() {
        return description;
    }

    /** As {@code --fault} takes it. */
    public String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The one of this {@link #option}. */
    public static FaultKind of(String option) {
        return Arrays.stream(values())
                .filter(kind -> kind.option().equals(option))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("fault: " + option + " (expected: all or one of "
                        + Arrays.stream(values()).map(FaultKind::option).toList() + ")"));
    }

    /** Whether there is nothing that users may notice, be it a delay. */
    boolean isUnnoticed() {
        return effect == Effect.NONE;
    }

    boolean movesSessions() {
        return effect == Effect.MOVES || effect == Effect.DRAINS || effect == Effect.SPLITS;
    }

    /** Whether answers may fail, or come late, while a failover is due. */
    boolean mayFail() {
        return effect == Effect.MOVES || effect == Effect.SPLITS;
    }

    /** Whether they may also when it is undone: what a node that stood still, or two sides, did meanwhile may be in vain. */
    boolean mayFailWhenUndone() {
        return this == FREEZE || effect == Effect.SPLITS;
    }

    boolean mayFailAtFrontend() {
        return effect == Effect.FRONTEND;
    }

    /** Whether a body that is too long to be sent twice may be refused, since its session was just handed over. */
    boolean mayRefuseUploads() {
        return effect == Effect.DRAINS;
    }

    /** Whether a node may keep sessions that end elsewhere meanwhile. */
    boolean leavesCopies() {
        return mayFailWhenUndone();
    }

    /** Whether the machine of the node says that nobody listens: what was not begun before, and may be sent twice, goes elsewhere. */
    boolean refusesConnections() {
        return kills() || this == REFUSE;
    }

    /** Whether the process of a node ends at once, and the other ends of its connections hear of that. */
    boolean kills() {
        return this == KILL || this == KILL_BODY || this == KILL_POST || this == KILL_STREAM;
    }

    /** Whether members of the grid lose sight of each other: a pin that one removes meanwhile comes back with the other's copy, until it expires. */
    boolean partsGrid() {
        return this == FREEZE || this == GRID_CUT || this == GRID_LOSS || this == PARTITION;
    }

    /** Whether its targets are nodes that the cluster gets in addition. */
    boolean adds() {
        return this == SCALE_OUT || this == CLOCKS;
    }

    /** Whether both sides may serve, and one side's writes may be lost. */
    boolean splits() {
        return effect == Effect.SPLITS;
    }
}
