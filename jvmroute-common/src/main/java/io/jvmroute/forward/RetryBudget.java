package io.jvmroute.forward;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Keeps retries from multiplying the load on nodes that fail: at most a tenth of the requests of the last ten seconds, and
 * always at least twenty.
 *
 * <p>Each second has a slot of a ring; a slot holds its second and a count in one long, so that requests are counted
 * without a lock. Thread-safe.
 */
public final class RetryBudget {
    private static final int SECONDS = 10;
    private static final int LEAST = 20;
    private static final int COUNT_BITS = 28;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

    private final AtomicLongArray requests = new AtomicLongArray(SECONDS);
    private final AtomicLongArray retries = new AtomicLongArray(SECONDS);
    private final long start;

    /** A budget of which nothing is spent. */
    public RetryBudget(long now) {
        start = now - TimeUnit.SECONDS.toNanos(SECONDS); // no slot of zeros is of a second that counts
    }

    /** One request was sent, as {@link System#nanoTime} tells the time. */
    public void countRequest(long now) {
        count(requests, second(now));
    }

    /** Takes one retry out of the budget, if there is one. */
    public synchronized boolean tryRetry(long now) {
        long second = second(now);
        if (sum(retries, second) >= Math.max(LEAST, sum(requests, second) / 10)) {
            return false;
        }
        count(retries, second);
        return true;
    }

    private long second(long now) {
        return Math.max(0, TimeUnit.NANOSECONDS.toSeconds(now - start));
    }

    private static void count(AtomicLongArray ring, long second) {
        int slot = (int) (second % SECONDS);
        long seen;
        long next;
        do {
            seen = ring.get(slot);
            boolean current = seen >>> COUNT_BITS == second;
            if (current && (seen & COUNT_MASK) == COUNT_MASK) {
                return;
            }
            next = current ? seen + 1 : second << COUNT_BITS | 1;
        } while (!ring.compareAndSet(slot, seen, next));
    }

    private static long sum(AtomicLongArray ring, long second) {
        long sum = 0;
        for (int slot = 0; slot < SECONDS; slot++) {
            long seen = ring.get(slot);
            long age = second - (seen >>> COUNT_BITS);
            if (age >= 0 && age < SECONDS) {
                sum += seen & COUNT_MASK;
            }
        }
        return sum;
    }
}
