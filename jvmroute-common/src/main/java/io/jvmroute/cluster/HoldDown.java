package io.jvmroute.cluster;

import java.time.Duration;

/**
 * How long something that falls and rises again and again is kept down, so that its clients are not sent to and fro: not at all after the first fall, and
 * when it falls within a minute of rising twice as long each time, a minute at most.
 *
 * <p>Not thread-safe; the clock is the caller's.
 */
final class HoldDown {
    private static final long CALM_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MAX_DOUBLINGS = 10;

    private final long unitNanos;
    private int flaps;
    private boolean roseBefore;
    private long roseAt;
    private long fellAt;

    /** Nothing has fallen yet; {@code unit} is what is doubled, zero: never held down. */
    HoldDown(Duration unit) {
        unitNanos = unit.toNanos();
    }

    void fell(long nanos) {
        flaps = roseBefore && nanos - roseAt < CALM_NANOS ? Math.min(flaps + 1, MAX_DOUBLINGS) : 0;
        fellAt = nanos;
    }

    void rose(long nanos) {
        roseBefore = true;
        roseAt = nanos;
    }

    /** For how long what has fallen is still kept down. */
    Duration left(long nanos) {
        long whole = flaps == 0 ? 0 : Math.min(unitNanos << flaps, Math.max(CALM_NANOS, unitNanos));
        return Duration.ofNanos(Math.max(0, whole - (nanos - fellAt)));
    }
}
