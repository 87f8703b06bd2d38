package io.jvmroute;

import io.jvmroute.cluster.ClusterView;
import io.jvmroute.policy.NodeSelector;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds requests that no node can take at the moment, rather than answer 503, while that may pass: the only node is being looked at again, restarts, or this
 * node has not yet heard of any.
 *
 * <p>Each is held at most {@link #LONGEST}, only in the first {@link #WHILE} of such a time, and so many at once: who comes to a cluster that is down for good
 * hears so at once. Thread-safe; nothing here waits.
 */
final class Settling {
    /** Longer than it takes to find out that a suspect answers again, a look each second. */
    static final Duration LONGEST = Duration.ofSeconds(2);

    /** About what a container takes to restart. */
    static final Duration WHILE = Duration.ofSeconds(30);

    private final int most;
    private final LongSupplier nanoTime;
    private final Set<Hold> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicInteger held = new AtomicInteger();
    private volatile boolean nobody = true;
    private volatile long since;

    /** One request's wait. */
    final class Hold {
        private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();

        /** Completes when a node may take the request, on a thread that must not be kept; not when the time is over. */
        CompletableFuture<@Nullable Void> over() {
            return over;
        }

        /** The request waits no longer, whatever for. */
        void end() {
            if (waiting.remove(this)) {
                held.decrementAndGet();
            }
        }
    }

    /**
     * Nobody is there yet, as at a start.
     *
     * @param most how many requests are held at once
     * @param nanoTime a monotonic clock
     */
    Settling(int most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
        since = nanoTime.getAsLong();
    }

    /** To be told of each view. */
    void observe(ClusterView view) {
        boolean now = NodeSelector.candidates(view).isEmpty();
        if (now && !nobody) {
            since = nanoTime.getAsLong();
        }
        nobody = now;
        if (!now) {
            waiting.forEach(hold -> hold.over.complete(null));
        }
    }

    /** The wait of a request that found nobody: {@link Hold#end} ends it. Null if it is to be answered now. */
    @Nullable
    Hold tryHold() {
        if (nanoTime.getAsLong() - since >= WHILE.toNanos() && nobody) {
            return null;
        }
        if (held.incrementAndGet() > most) {
            held.decrementAndGet();
            return null;
        }
        Hold hold = new Hold();
        waiting.add(hold);
        if (!nobody) { // somebody came between the request's decision and now
            hold.over.complete(null);
        }
        return hold;
    }

    /** How many requests wait. */
    int held() {
        return held.get();
    }
}
