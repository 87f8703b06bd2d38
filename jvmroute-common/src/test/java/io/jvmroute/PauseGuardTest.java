package io.jvmroute;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.GridUnavailableException;
import io.jvmroute.hazelcast.GridSettings;
import io.jvmroute.hazelcast.HazelcastGrid;
import io.jvmroute.testing.DeafListener;
import io.jvmroute.testing.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The clock is the test's, the cluster is real. */
class PauseGuardTest {
    private static final long LIMIT = PauseGuard.LIMIT.toNanos();

    private final AtomicLong now = new AtomicLong(1);
    private final List<Grid> grids = new ArrayList<>();
    private final String cluster = "test-" + UUID.randomUUID();
    private final List<Integer> ports = TestNode.freePorts(2);

    @AfterEach
    void leave() {
        grids.forEach(Grid::close);
    }

    private Grid join(int index) throws GridUnavailableException {
        Grid grid = new HazelcastGrid(GridSettings.of(
                cluster,
                "127.0.0.1",
                ports.get(index),
                ports.stream().map(port -> "127.0.0.1:" + port).toList()));
        grids.add(grid);
        grid.join(new DeafListener());
        return grid;
    }

    private PauseGuard guard(Grid grid) {
        PauseGuard guard = new PauseGuard(() -> grid, now::get);
        guard.tick();
        return guard;
    }

    @Test
    void standstill_besideOthers_isDoubtedUntilOneOfThemHasAnswered() throws Exception {
        Grid first = join(0);
        join(1);
        try (PauseGuard guard = guard(first)) {
            now.addAndGet(LIMIT);
            assertThat(guard.isDoubtful()).isFalse();
            now.addAndGet(1);
            assertThat(guard.isDoubtful()).as("before the clock has noticed").isTrue();
            await().until(
                            () -> { // the other one has to get its part of the data first
                                guard.tick();
                                return !guard.isDoubtful();
                            });
        }
    }

    @Test
    void standstill_besideOthersThatAreGone_isDoubtedForAMinute() throws Exception {
        Grid first = join(0);
        Grid second = join(1);
        try (PauseGuard guard = guard(first)) {
            second.close();
            now.addAndGet(LIMIT + 1);
            for (int i = 0; i < PauseGuard.LONGEST_DOUBT.toSeconds(); i++) {
                guard.tick();
                assertThat(guard.isDoubtful()).isTrue();
                now.addAndGet(SECONDS.toNanos(1));
            }
            now.addAndGet(1);
            guard.tick();
            assertThat(guard.isDoubtful()).isFalse();
        }
    }

    @Test
    void clock_onceWithoutMemory_isLookedAtAgain() {
        AtomicLong asked = new AtomicLong();
        Supplier<@Nullable Grid> grid = () -> {
            if (asked.incrementAndGet() == 1) {
                throw new OutOfMemoryError("for a moment");
            }
            return null;
        };
        try (PauseGuard guard = new PauseGuard(grid, now::get)) {
            guard.start();
            await().until(() -> asked.get() > 1);
        }
    }

    @Test
    void standstill_alone_movesNothing() throws Exception {
        try (PauseGuard guard = guard(join(0))) {
            now.addAndGet(LIMIT + 1);
            assertThat(guard.isDoubtful()).isFalse();
            guard.tick();
            assertThat(guard.isDoubtful()).isFalse();
        }
    }
}
