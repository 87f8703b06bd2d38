package io.jvmroute.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class HopTimesTest {
    private final HopTimes times = new HopTimes();

    @Test
    void record_fallsIntoTheBucketWhoseBoundItDoesNotExceed() {
        times.record(TimeUnit.MICROSECONDS.toNanos(500));
        times.record(TimeUnit.MICROSECONDS.toNanos(501));
        times.record(TimeUnit.MINUTES.toNanos(2));
        HopTimes.Snapshot snapshot = times.snapshot();
        assertThat(snapshot.upperBounds())
                .isSorted()
                .startsWith(0.0005, 0.001)
                .endsWith(60.0, Double.POSITIVE_INFINITY);
        assertThat(snapshot.counts()).startsWith(1L, 1L, 0L).endsWith(0L, 1L).hasSameSizeAs(snapshot.upperBounds());
        assertThat(snapshot.sum()).isEqualTo(120.001001);
    }
}
