package io.jvmroute.hazelcast;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls to the grid and sees to it that each one ends.
 *
 * <p>They go out on a thread of their own: serializing the first object of a kind waits until all members know its schema, and a request must
 * not. How many are under way is bounded, for a stalled member answers none. Every stage ends by the call timeout at the latest; the place
 * of a call is free again when Hazelcast itself has given up on it.
 */
final class GridCalls {
    /** Of any kind. About 1 KB each. */
    static final int MAX_CALLS = 20_000;

    /** Of those that the caller may repeat later, so that re-pins still get through. */
    static final int MAX_DEFERRABLE_CALLS = 10_000;

    private final ScheduledExecutorService scheduler;
    private final GridHealth health;
    private final Duration timeout;
    private final AtomicInteger underWay = new AtomicInteger();

    GridCalls(ScheduledExecutorService scheduler, GridHealth health, Duration timeout) {
        this.scheduler = scheduler;
        this.health = health;
        this.timeout = timeout;
    }

    int underWay() {
        return underWay.get();
    }

    /** Sends {@code call}, at most {@value #MAX_CALLS} at a time. */
    <T> CompletionStage<T> send(Supplier<CompletionStage<T>> call) {
        return send(MAX_CALLS, call);
    }

    /** Sends {@code call} unless {@value #MAX_DEFERRABLE_CALLS} are under way. */
    <T> CompletionStage<T> sendDeferrable(Supplier<CompletionStage<T>> call) {
        return send(MAX_DEFERRABLE_CALLS, call);
    }

    private <T> CompletionStage<T> send(int limit, Supplier<CompletionStage<T>> call) {
        if (health.isLost()) {
            return CompletableFuture.failedFuture(new IllegalStateException("the grid is lost"));
        }
        int before = underWay.getAndUpdate(n -> n < limit ? n + 1 : n);
        if (before >= limit) {
            return CompletableFuture.failedFuture(new RejectedExecutionException(
                    "the grid has not answered " + before + " calls (expected: < " + limit + ")"));
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            ScheduledFuture<?> deadline =
                    scheduler.schedule(() -> expire(result), timeout.toMillis(), TimeUnit.MILLISECONDS);
            scheduler.execute(() -> sendNow(call, result, deadline));
        } catch (RejectedExecutionException closed) {
            settle(result, null, new IllegalStateException("the grid is closed", closed));
        } catch (Throwable e) { // its place is free again, whatever it was
            settle(result, null, e);
        }
        return result;
    }

    private void expire(CompletableFuture<?> result) {
        TimeoutException expired = new TimeoutException("no answer from the grid in " + timeout);
        if (result.completeExceptionally(expired)) {
            health.failed(expired);
        }
    }

    private <T> void sendNow(
            Supplier<CompletionStage<T>> call, CompletableFuture<T> result, ScheduledFuture<?> deadline) {
        CompletionStage<T> sent;
        try {
            sent = call.get();
        } catch (Throwable e) { // or its place is never free again
            deadline.cancel(false);
            settle(result, null, e);
            return;
        }
        // handleAsync and an executor that runs at once: each other way Hazelcast starts a thread per call on two
        // cores.
        sent.handleAsync(
                (value, failure) -> {
                    deadline.cancel(false);
                    settle(result, value, failure);
                    return value;
                },
                Runnable::run);
    }

    private <T> void settle(CompletableFuture<T> result, @Nullable T value, @Nullable Throwable failure) {
        underWay.decrementAndGet();
        if (failure == null) {
            health.succeeded();
            result.complete(value);
            return;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (result.completeExceptionally(cause)) {
            health.failed(cause);
        }
    }
}
