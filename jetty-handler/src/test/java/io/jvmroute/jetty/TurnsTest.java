package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class TurnsTest {
    private final List<Throwable> failures = new ArrayList<>();
    private final Turns turns = new Turns() {
        @Override
        void turnFailed(Throwable failure) {
            failures.add(failure);
        }
    };
    private final List<String> seen = new ArrayList<>();
    private int count; // by whoever has the turn

    @Test
    void turnsWithinATurn_follow_inTheirOrder() {
        turns.run(() -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                turns.run(() -> {
                    seen.add("inner " + number);
                    if (number == 1) {
                        turns.run(() -> seen.add("innermost"));
                    }
                });
            }
            seen.add("outer");
        });
        turns.run(() -> seen.add("next"));
        assertThat(seen)
                .containsExactly("outer", "inner 0", "inner 1", "inner 2", "inner 3", "inner 4", "innermost", "next");
    }

    @Test
    void turnThatThrows_isTold_andTheOthersFollow() {
        AssertionError fault = new AssertionError("planted");
        turns.run(() -> {
            turns.run(() -> seen.add("after"));
            throw fault;
        });
        assertThat(failures).containsExactly(fault);
        assertThat(seen).containsExactly("after");
    }

    @Test
    void threads_many_neverHaveATurnAtOnce_andNoneIsLost() throws Exception {
        int each = 50_000;
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch together = new CountDownLatch(1);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(threads.submit(() -> {
                    together.await();
                    for (int j = 0; j < each; j++) {
                        turns.run(() -> count++);
                    }
                    return null;
                }));
            }
            together.countDown();
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        turns.run(() -> seen.add("last"));
        assertThat(seen).containsExactly("last");
        assertThat(count).isEqualTo(4 * each);
    }
}
