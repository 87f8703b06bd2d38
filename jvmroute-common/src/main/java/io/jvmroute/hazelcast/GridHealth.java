package io.jvmroute.hazelcast;

import io.jvmroute.cluster.Grid;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the grid answers.
 *
 * <pre>
 * HEALTHY --3 failures, silence--> DEGRADED --success--> HEALTHY
 *    |                                |
 *    +------- member is gone ---------+--> LOST (for good)
 * </pre>
 */
final class GridHealth {
    /** This many in a row: one call fails for many reasons. Calls of one burst expire together, so time must have passed as well. */
    static final int FAILURES = 3;

    static final String MEMBER_GONE = "the Hazelcast member has shut down";

    private final Grid.Listener listener;
    private final BooleanSupplier memberRuns;
    private final long silenceNanos;
    private long succeededNanos = System.nanoTime();
    private int failures;
    private boolean degraded;
    private volatile boolean lost;

    /** {@code silence} is how long no call must have succeeded before the grid counts as degraded. */
    GridHealth(Grid.Listener listener, BooleanSupplier memberRuns, Duration silence) {
        this.listener = listener;
        this.memberRuns = memberRuns;
        this.silenceNanos = silence.toNanos();
    }

    synchronized void succeeded() {
        failures = 0;
        succeededNanos = System.nanoTime();
        if (degraded && !lost) {
            degraded = false;
            listener.degraded(null);
        }
    }

    synchronized void failed(Throwable failure) {
        if (!memberRuns.getAsBoolean()) {
            lost(MEMBER_GONE);
        }
        failures++;
        boolean silent = System.nanoTime() - succeededNanos >= silenceNanos;
        if (failures >= FAILURES && silent && !degraded && !lost) {
            degraded = true;
            listener.degraded("the grid does not answer: " + describe(failure));
        }
    }

    /** The member is gone; {@code reason} is told unless null: this node's own wish. */
    synchronized void lost(@Nullable String reason) {
        if (!lost) {
            lost = true;
            if (reason != null) {
                listener.degraded(reason);
            }
        }
    }

    boolean isLost() {
        return lost;
    }

    private static String describe(Throwable failure) {
        String message = failure.getMessage();
        return failure.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
