package io.jvmroute.cluster;

import io.jvmroute.affinity.Route;

/**
 * Which node owns a session.
 *
 * @param route the owner
 * @param epoch how many owners the session has had, from 1; the higher one is the later one
 */
public record Pin(String route, long epoch) {
    /** The epoch of a session that never moved: its id's suffix names its owner. */
    public static final long FIRST_EPOCH = 1;

    /** Checks both. */
    public Pin {
        if (!Route.isValid(route)) {
            throw new IllegalArgumentException("route: " + route + " (expected: " + Route.EXPECTED + ")");
        }
        if (epoch < FIRST_EPOCH) {
            throw new IllegalArgumentException("epoch: " + epoch + " (expected: >= " + FIRST_EPOCH + ")");
        }
    }

    /** Whether the session has left its first owner, so that an old suffix may point to the wrong node. */
    public boolean isMoved() {
        return epoch > FIRST_EPOCH;
    }
}
