package io.jvmroute.record;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** How long forwards took, as a histogram. Thread-safe; recording takes no lock and allocates nothing. */
public final class HopTimes {
    /** From half a millisecond, a hop on loopback, to the default of {@code responseTimeout}. */
    private static final long[] BOUNDS_MICROS = {
        500,
        1_000,
        2_500,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000,
        60_000_000
    };

    private final LongAdder[] buckets = new LongAdder[BOUNDS_MICROS.length + 1];
    private final LongAdder nanos = new LongAdder();

    HopTimes() {
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LongAdder();
        }
    }

    void record(long took) {
        long micros = TimeUnit.NANOSECONDS.toMicros(took);
        int i = 0;
        while (i < BOUNDS_MICROS.length && micros > BOUNDS_MICROS[i]) {
            i++;
        }
        buckets[i].increment();
        nanos.add(took);
    }

    Snapshot snapshot() {
        List<Double> bounds = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < buckets.length; i++) {
            bounds.add(i < BOUNDS_MICROS.length ? BOUNDS_MICROS[i] / 1e6 : Double.POSITIVE_INFINITY);
            counts.add(buckets[i].sum());
        }
        return new Snapshot(List.copyOf(bounds), List.copyOf(counts), nanos.sum() / 1e9);
    }

    /**
     * The histogram at a moment.
     *
     * @param upperBounds of the buckets, inclusive, in seconds; the last is infinite
     * @param counts of each bucket alone
     * @param sum of all times, in seconds
     */
    public record Snapshot(List<Double> upperBounds, List<Long> counts, double sum) {}
}
