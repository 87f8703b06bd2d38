package io.jvmroute.record;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Logs what may repeat as often as somebody likes: at once, then at most once in a while, with how often it was. Thread-safe. */
public final class RareWarning {
    private final System.Logger logger;
    private final long pauseNanos;
    private final AtomicLong last;
    private final AtomicLong unsaid = new AtomicLong();

    /** Nothing said yet. */
    public RareWarning(System.Logger logger, Duration pause) {
        this.logger = logger;
        pauseNanos = pause.toNanos();
        last = new AtomicLong(System.nanoTime() - pauseNanos);
    }

    /** It has happened once more. */
    public void warn(String message) {
        long now = System.nanoTime();
        long before = last.get();
        if (now - before < pauseNanos || !last.compareAndSet(before, now)) {
            unsaid.incrementAndGet();
            return;
        }
        long times = unsaid.getAndSet(0);
        logger.log(
                System.Logger.Level.WARNING,
                "{0}{1}",
                message,
                times == 0 ? "" : " (and " + times + " times more since the last warning)");
    }
}
