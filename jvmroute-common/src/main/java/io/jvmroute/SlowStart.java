package io.jvmroute;

import io.jvmroute.cluster.Node;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Lets a node that has become ready take its share of new sessions little by little, while its code is compiled and its caches fill.
 * Thread-safe.
 *
 * <p>The part of its weight that counts grows evenly with the time since it was first seen ready, as with HAProxy's {@code slowstart} and
 * Envoy's {@code slow_start_config} with an aggression of 1, and from Envoy's default minimum of a tenth. Nodes seen ready at one time, as at
 * the start of a frontend, are equal. A node that was away or not ready begins anew.
 */
final class SlowStart {
    private static final int MIN_PERCENT = 10;
    private static final int FULL_PERCENT = 100;

    private final long rampNanos;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<String, Begin> begins = new ConcurrentHashMap<>();

    /** When a life of a node was first seen ready. */
    private record Begin(String incarnation, long nanos) {}

    SlowStart(Duration ramp, LongSupplier nanoTime) {
        this.rampNanos = ramp.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Takes note of the nodes that are ready now, and forgets the others. */
    void observe(Collection<Node> ready) {
        ready.forEach(this::begin);
        begins.keySet().retainAll(ready.stream().map(Node::route).collect(Collectors.toSet()));
    }

    private Begin begin(Node node) {
        Begin known = begins.get(node.route());
        return known != null && known.incarnation().equals(node.incarnation())
                ? known
                : begins.compute(
                        node.route(),
                        (route, old) -> old != null && old.incarnation().equals(node.incarnation())
                                ? old
                                : new Begin(node.incarnation(), nanoTime.getAsLong()));
    }

    /** In percent. */
    int warmth(Node node) {
        if (rampNanos == 0) {
            return FULL_PERCENT;
        }
        long passed = nanoTime.getAsLong() - begin(node).nanos();
        return passed >= rampNanos
                ? FULL_PERCENT
                : Math.max(MIN_PERCENT, (int) (FULL_PERCENT * (double) passed / rampNanos));
    }
}
