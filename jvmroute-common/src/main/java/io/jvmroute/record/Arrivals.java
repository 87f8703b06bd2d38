package io.jvmroute.record;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Pin;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Pins that were moved to this node just now, by whoever forwards the session's next request: what the grid holds is what this node would state.
 *
 * <p>They are kept until that request comes, in two generations: for as long as one lasts, and at most for two. Thread-safe.
 */
final class Arrivals {
    private static final Duration GENERATION = Duration.ofSeconds(30);

    /** Of each generation: the rest is stated by this node, as if nothing had been heard of it. */
    private static final int MOST = 250_000;

    private volatile ConcurrentHashMap<AffinityKey, Pin> young = new ConcurrentHashMap<>();
    private volatile ConcurrentHashMap<AffinityKey, Pin> old = new ConcurrentHashMap<>();
    private long turnAtNanos;

    Arrivals(long nowNanos) {
        turnAtNanos = nowNanos + GENERATION.toNanos();
    }

    void add(AffinityKey key, Pin pin) {
        ConcurrentHashMap<AffinityKey, Pin> now = young;
        if (now.size() < MOST) {
            now.put(key, pin);
        }
    }

    /** The pin, which is not kept any longer; null if it was not moved here just now. */
    @Nullable
    Pin take(AffinityKey key) {
        Pin taken = young.remove(key);
        Pin older = old.remove(key);
        return taken == null ? older : taken;
    }

    /** Forgets the older generation when the younger one has had its time. */
    synchronized void age(long nowNanos) {
        if (nowNanos - turnAtNanos >= 0) {
            turnAtNanos = nowNanos + GENERATION.toNanos();
            old = young;
            young = new ConcurrentHashMap<>();
        }
    }
}
