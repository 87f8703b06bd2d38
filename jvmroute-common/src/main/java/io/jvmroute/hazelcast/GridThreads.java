package io.jvmroute.hazelcast;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The two daemon threads of a joined grid: the scheduler sends and keeps time, the reader may wait for the network.
 */
final class GridThreads {
    private static final System.Logger LOGGER = System.getLogger(GridThreads.class.getName());

    /** Membership changes come in bunches. */
    private static final long BUNCH_MILLIS = 200;

    private static final long RETRY_MILLIS = 1000;

    /** A start with a large cluster must end well within it. */
    private static final long LONGEST_READ_MILLIS = 30_000;

    /**
     * Events get lost while connections are made anew, and a merge goes on after its members have met: so a change of the membership is
     * followed by a read when this has come to rest, and by one more for the slow.
     */
    private static final List<Duration> SETTLING = List.of(Duration.ofSeconds(2), Duration.ofSeconds(10));

    /** Entry events take milliseconds; a long pause of a member is its own affair. */
    private static final long HEARSAY_MILLIS = 5000;

    private final ScheduledThreadPoolExecutor scheduler;
    private final ExecutorService reader;
    private final AtomicBoolean readingSoon = new AtomicBoolean();
    private final AtomicBoolean repeatingSoon = new AtomicBoolean();
    private List<Future<?>> settling = List.of();

    GridThreads(String memberId) {
        scheduler = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "jvmroute-grid-scheduler-" + memberId));
        scheduler.setRemoveOnCancelPolicy(true);
        reader = Executors.newSingleThreadExecutor(task -> daemon(task, "jvmroute-grid-reader-" + memberId));
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.setContextClassLoader(GridThreads.class.getClassLoader());
        return thread;
    }

    ScheduledExecutorService scheduler() {
        return scheduler;
    }

    /** Runs {@code task} when a change has reached all members. */
    void whenAllHaveHeard(Runnable task) {
        var unused = schedule(task, HEARSAY_MILLIS);
    }

    /** Runs {@code task} when the listener has been told what was read before. */
    void whenTold(Runnable task) {
        var unused = schedule(task, 0);
    }

    /** Reads on the reader's thread. */
    void read(Runnable task) {
        try {
            reader.execute(task);
        } catch (RejectedExecutionException closed) {
            readingSoon.set(false); // nobody needs it any more
        }
    }

    /**
     * Reads on the reader's thread and waits for it; throws what it throws.
     *
     * @throws IllegalStateException if that takes too long, or the grid is closed meanwhile
     */
    void readAndWait(Runnable task) {
        Future<?> reading = reader.submit(task);
        try {
            reading.get(LONGEST_READ_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (TimeoutException e) {
            reading.cancel(/* mayInterruptIfRunning= */ false);
            throw new IllegalStateException("no answer within " + LONGEST_READ_MILLIS + " ms", e);
        }
    }

    /** Waits until the scheduler has done what it was given before. */
    void awaitScheduled() {
        CompletableFuture.runAsync(() -> {}, scheduler).join();
    }

    /** Reads in a moment; many wishes until then are one. */
    void readSoon(Runnable task) {
        if (readingSoon.compareAndSet(false, true)) {
            var unused = schedule(
                    () -> {
                        readingSoon.set(false);
                        read(task);
                    },
                    BUNCH_MILLIS);
        }
    }

    /** Repeats in a moment what was lost; many losses until then are one. */
    void repeatSoon(Runnable task) {
        if (repeatingSoon.compareAndSet(false, true)) {
            var unused = schedule(
                    () -> {
                        repeatingSoon.set(false);
                        read(task);
                    },
                    BUNCH_MILLIS);
        }
    }

    /** Reads in a moment, and again until what has changed must be known to all. */
    synchronized void readUntilSettled(Runnable task) {
        readSoon(task);
        settling.forEach(earlier -> earlier.cancel(/* mayInterruptIfRunning= */ false));
        settling = SETTLING.stream()
                .<Future<?>>map(pause -> schedule(() -> readSoon(task), pause.toMillis()))
                .toList();
    }

    /** Reads after a pause. */
    void readAgain(Runnable task) {
        var unused = schedule(() -> readSoon(task), RETRY_MILLIS);
    }

    private Future<?> schedule(Runnable task, long millis) {
        try {
            return scheduler.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            readingSoon.set(false); // nobody needs it any more
            return CompletableFuture.failedFuture(closed);
        }
    }

    /** Who waits for it shall know. */
    private static void cancel(Runnable task) {
        if (task instanceof Future<?> waited) {
            waited.cancel(/* mayInterruptIfRunning= */ false);
        }
    }

    /** Lets what was sent find its end, then ends both threads. Twice is once. */
    void close() {
        try {
            CompletableFuture.runAsync(() -> {}, scheduler).get(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.log(Level.DEBUG, "calls are still being sent", e);
        } catch (RejectedExecutionException closedBefore) {
            return;
        } finally {
            scheduler.shutdownNow();
            reader.shutdownNow().forEach(GridThreads::cancel);
        }
    }
}
