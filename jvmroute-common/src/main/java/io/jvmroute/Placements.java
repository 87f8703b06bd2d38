package io.jvmroute;

import io.jvmroute.cluster.Node;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * How many first requests were sent to each node a moment ago, whose sessions its own figure does not count yet. Thread-safe.
 *
 * <p>A node's figure is up to two seconds old. Whatever is counted twice meanwhile, or began no session, is forgotten as fast, for all nodes
 * alike.
 */
final class Placements {
    private static final long SLOT_NANOS = Duration.ofMillis(500).toNanos();
    private static final int SLOTS = 4;

    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<String, Recent> byRoute = new ConcurrentHashMap<>();

    Placements(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Counts {@code change} more; fewer where it is negative. */
    void add(String route, int change) {
        byRoute.computeIfAbsent(route, added -> new Recent()).add(slot(), change);
    }

    int recent(String route) {
        Recent recent = byRoute.get(route);
        return recent == null ? 0 : recent.sum(slot());
    }

    void retain(Collection<Node> nodes) {
        byRoute.keySet().retainAll(nodes.stream().map(Node::route).collect(Collectors.toSet()));
    }

    private long slot() {
        return Math.floorDiv(nanoTime.getAsLong(), SLOT_NANOS);
    }

    /** A ring of slots of time. */
    private static final class Recent {
        private final int[] counts = new int[SLOTS];
        private long latest;

        synchronized void add(long slot, int change) {
            advance(slot);
            counts[Math.floorMod(slot, SLOTS)] += change;
        }

        synchronized int sum(long slot) {
            advance(slot);
            int sum = 0;
            for (int count : counts) {
                sum += count;
            }
            return Math.max(0, sum); // what is taken back may be younger than what it takes back
        }

        private void advance(long slot) {
            for (long passed = Math.max(latest + 1, slot - SLOTS + 1); passed <= slot; passed++) {
                counts[Math.floorMod(passed, SLOTS)] = 0;
            }
            latest = Math.max(latest, slot);
        }
    }
}
