package io.jvmroute.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RetryBudgetTest {
    private RetryBudget budget = new RetryBudget(0);

    @ParameterizedTest
    @CsvSource({"0,20", "200,20", "209,20", "210,21", "1000,100"})
    void tryRetry_isATenthAndAtLeastTwenty(int requests, int retries) {
        for (int i = 0; i < requests; i++) {
            budget.countRequest(0);
        }

        assertThat(retriesAt(0)).isEqualTo(retries);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -15, Long.MIN_VALUE / 1_000_000_000 + 1, Long.MAX_VALUE / 1_000_000_000 - 5})
    void tryRetry_forgetsAfterTenSeconds(long start) {
        budget = new RetryBudget(seconds(start));
        for (int i = 0; i < 300; i++) {
            budget.countRequest(seconds(start));
        }
        assertThat(retriesAt(start)).isEqualTo(30);
        assertThat(retriesAt(start + 9)).isZero();
        assertThat(retriesAt(start + 10)).isEqualTo(20);
        for (int i = 0; i < 500; i++) {
            budget.countRequest(seconds(start + 15));
        }
        assertThat(retriesAt(start + 15)).isEqualTo(30);
    }

    @Test
    void tryRetry_addsUpOverSeconds() {
        for (int second = 0; second < 10; second++) {
            for (int i = 0; i < 50; i++) {
                budget.countRequest(seconds(second));
            }
        }
        assertThat(retriesAt(9)).isEqualTo(50);
    }

    private int retriesAt(long second) {
        int retries = 0;
        while (budget.tryRetry(seconds(second))) {
            retries++;
        }
        return retries;
    }

    private static long seconds(long seconds) {
        return seconds * TimeUnit.SECONDS.toNanos(1); // may wrap, as the real clock may
    }
}
