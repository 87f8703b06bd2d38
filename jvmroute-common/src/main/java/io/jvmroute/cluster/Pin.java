package io.jvmroute.cluster;

import io.jvmroute.affinity.Route;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which node owns a session. Pins are equal that name the same tenure.
 *
 * @param route the owner
 * @param epoch how many owners the session has had, from 1; the higher one is the later one
 * @param home the first owner of a session that has moved; null if the grid does not know it
 * @param timeToLiveMillis how long the grid keeps it from when it was written, 0: for ever; {@link #UNTOLD} if it does not tell
 */
public record Pin(String route, long epoch, @Nullable String home, long timeToLiveMillis) {
    /** The time to live of a pin that does not tell it. */
    public static final long UNTOLD = -1;

    /** The epoch of a session that never moved: its id's suffix names its owner. */
    public static final long FIRST_EPOCH = 1;

    /** Checks all. */
    public Pin {
        if (!Route.isValid(route)) {
            throw new IllegalArgumentException("route: " + route + " (expected: " + Route.EXPECTED + ")");
        }
        if (epoch < FIRST_EPOCH) {
            throw new IllegalArgumentException("epoch: " + epoch + " (expected: >= " + FIRST_EPOCH + ")");
        }
        if (home != null && !Route.isValid(home)) {
            throw new IllegalArgumentException("home: " + home + " (expected: " + Route.EXPECTED + ")");
        }
        if (timeToLiveMillis < UNTOLD) {
            throw new IllegalArgumentException("timeToLiveMillis: " + timeToLiveMillis + " (expected: >= 0)");
        }
    }

    /** A pin that tells neither where its session began nor how long it lives. */
    public Pin(String route, long epoch) {
        this(route, epoch, /* home= */ null, UNTOLD);
    }

    /** Whether the session has left its first owner, so that an old suffix may point to the wrong node. */
    public boolean isMoved() {
        return epoch > FIRST_EPOCH;
    }

    /** Where the session began; null if that is not known. */
    public @Nullable String firstOwner() {
        return isMoved() ? home : route;
    }

    /** Whether the grid keeps it for that long, zero being for ever, from when it was written. */
    public boolean lives(Duration needed) {
        return timeToLiveMillis == 0 || (!needed.isZero() && timeToLiveMillis >= needed.toMillis());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Pin pin && epoch == pin.epoch && route.equals(pin.route);
    }

    @Override
    public int hashCode() {
        return 31 * route.hashCode() + Long.hashCode(epoch);
    }

    @Override
    public String toString() {
        return "Pin[route=" + route + ", epoch=" + epoch + "]";
    }
}
