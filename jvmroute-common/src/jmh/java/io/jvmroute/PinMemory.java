package io.jvmroute;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.PinTable;
import io.jvmroute.hazelcast.GridSettings;
import io.jvmroute.hazelcast.HazelcastGrid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes a pin without a route takes on a node: in the mirror, and in the grid with its backup. Two members in this JVM hold
 * everything twice, as two nodes do, so that half of the growth is one node's.
 */
public final class PinMemory {
    private static final int PINS = 100_000;
    private static final int AT_ONCE = 500;
    private static final int COLLECTIONS = 10;

    private PinMemory() {}

    /** Prints the two figures. */
    public static void main(String[] arguments) throws Exception {
        PinTable mirror = new PinTable(PinTable.DEFAULT_CAPACITY);
        PinTable other = new PinTable(PinTable.DEFAULT_CAPACITY);
        List<AffinityKey> keys = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < PINS; i++) {
            keys.add(new AffinityKey(random.nextLong(), random.nextLong()));
        }
        HazelcastGrid first =
                new HazelcastGrid(GridSettings.of("memory", "127.0.0.1", 25701, List.of("127.0.0.1:25702")));
        HazelcastGrid second =
                new HazelcastGrid(GridSettings.of("memory", "127.0.0.1", 25702, List.of("127.0.0.1:25701")));
        CountDownLatch full = new CountDownLatch(2);
        first.join(new Mirror(mirror, full));
        second.join(new Mirror(other, full));
        long before = used();
        for (int i = 0; i < PINS; i += AT_ONCE) {
            List<CompletableFuture<?>> calls = new ArrayList<>();
            for (int j = i; j < i + AT_ONCE; j++) {
                calls.add(first.claim(keys.get(j), null, "n" + j % 8, Duration.ofHours(1))
                        .toCompletableFuture());
            }
            for (var call : calls) {
                call.get(10, TimeUnit.SECONDS);
            }
        }
        if (!full.await(3, TimeUnit.MINUTES)) {
            throw new IllegalStateException(mirror.size() + " and " + other.size() + " of " + PINS + " mirrored");
        }
        long whole = (used() - before) / 2 / PINS;
        mirror.replaceAll(List.of());
        other.replaceAll(List.of());
        long grid = (used() - before) / 2 / PINS;
        System.out.println("bytes per pin on each of two nodes: " + whole + ", of them in the grid " + grid
                + ", in the mirror " + (whole - grid));
        first.close();
        second.close();
    }

    /** The least that several collections leave: what other threads hold for a moment is not ours. */
    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    private record Mirror(PinTable pins, CountDownLatch full) implements Grid.Listener {
        @Override
        public void nodesChanged(Collection<Node> nodes) {}

        @Override
        public void pinMoved(AffinityKey key, Pin pin) {
            pins.adopt(key, pin);
            if (pins.size() == PINS) {
                full.countDown();
            }
        }

        @Override
        public void pinEnded(AffinityKey key) {
            pins.forget(key);
        }

        @Override
        public void pinsRead(Collection<Grid.MovedPin> moved) {}

        @Override
        public void merged() {}

        @Override
        public void dataLost() {}

        @Override
        public void degraded(@Nullable String reason) {}
    }
}
