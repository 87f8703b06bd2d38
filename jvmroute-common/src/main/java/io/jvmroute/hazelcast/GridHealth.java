package io.jvmroute.hazelcast;

import io.jvmroute.cluster.Grid;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the grid answers.
 *
 * <pre>
 * HEALTHY --3 failures in a row--> DEGRADED --success--> HEALTHY
 *    |                                |
 *    +------- member is gone ---------+--> LOST (for good)
 * </pre>
 */
final class GridHealth {
    /** One call fails for many reasons; three in a row, without a success between, for one. */
    static final int FAILURES = 3;

    static final String MEMBER_GONE = "the Hazelcast member has shut down";

    private final Grid.Listener listener;
    private final BooleanSupplier memberRuns;
    private int failures;
    private boolean degraded;
    private volatile boolean lost;

    GridHealth(Grid.Listener listener, BooleanSupplier memberRuns) {
        this.listener = listener;
        this.memberRuns = memberRuns;
    }

    synchronized void succeeded() {
        failures = 0;
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
        if (failures >= FAILURES && !degraded && !lost) {
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
