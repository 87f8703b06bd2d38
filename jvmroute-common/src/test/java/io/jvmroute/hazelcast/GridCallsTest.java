package io.jvmroute.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GridCallsTest {
    private final GridThreads threads = new GridThreads("test");
    private final RecordingListener heard = new RecordingListener();
    private final GridHealth health = new GridHealth(heard, () -> true, Duration.ofMillis(50));

    @AfterEach
    void close() {
        threads.close();
    }

    @Test
    void send_bounded() {
        GridCalls calls = new GridCalls(threads.scheduler(), health, Duration.ofMinutes(1));
        ConcurrentLinkedQueue<CompletableFuture<String>> stalled = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < GridCalls.MAX_DEFERRABLE_CALLS; i++) {
            assertThat(calls.sendDeferrable(() -> stall(stalled))).isNotCompleted();
        }
        assertThatThrownBy(calls.sendDeferrable(() -> stall(stalled)).toCompletableFuture()::join)
                .hasCauseInstanceOf(RejectedExecutionException.class);
        for (int i = GridCalls.MAX_DEFERRABLE_CALLS; i < GridCalls.MAX_CALLS; i++) {
            assertThat(calls.send(() -> stall(stalled))).isNotCompleted();
        }
        assertThatThrownBy(calls.send(() -> stall(stalled)).toCompletableFuture()::join)
                .hasCauseInstanceOf(RejectedExecutionException.class);
        assertThat(calls.underWay()).isEqualTo(GridCalls.MAX_CALLS);
        await().until(() -> stalled.size() == GridCalls.MAX_CALLS);
        stalled.forEach(call -> call.complete("done"));
        assertThat(calls.underWay()).isZero();
        assertThat(heard.degraded).isEmpty();
    }

    private static CompletionStage<String> stall(ConcurrentLinkedQueue<CompletableFuture<String>> stalled) {
        CompletableFuture<String> call = new CompletableFuture<>();
        stalled.add(call);
        return call;
    }

    @Test
    void send_timesOut() {
        GridCalls calls = new GridCalls(threads.scheduler(), health, Duration.ofMillis(50));
        ConcurrentLinkedQueue<CompletableFuture<String>> stalled = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<String>> results = new ArrayList<>();
        for (int i = 0; i < GridHealth.FAILURES; i++) {
            results.add(calls.send(() -> stall(stalled)).toCompletableFuture());
        }
        results.forEach(result -> assertThatThrownBy(result::join).hasCauseInstanceOf(TimeoutException.class));
        await().untilAsserted(() -> assertThat(heard.degraded).hasSize(1));
        assertThat(calls.underWay()).as("Hazelcast still works on them").isEqualTo(GridHealth.FAILURES);
        stalled.forEach(call -> call.completeExceptionally(new IllegalStateException("given up")));
        assertThat(calls.underWay()).isZero();
        assertThat(calls.send(() -> CompletableFuture.completedFuture("x"))
                        .toCompletableFuture()
                        .join())
                .isEqualTo("x");
        assertThat(heard.degraded).hasSize(2).endsWith("null");
    }

    @Test
    void degraded_notWhileOthersSucceed() {
        GridHealth patient = new GridHealth(heard, () -> true, Duration.ofMinutes(1));
        for (int i = 0; i < 100; i++) {
            patient.failed(new TimeoutException());
        }
        assertThat(heard.degraded).isEmpty();
    }

    @Test
    void degraded_memberIsGone() {
        GridHealth dead = new GridHealth(heard, () -> false, Duration.ofMinutes(1));
        dead.failed(new TimeoutException());
        dead.lost("told again by the life cycle");
        assertThat(heard.degraded).containsExactly(GridHealth.MEMBER_GONE);
        assertThat(dead.isLost()).isTrue();
    }

    @Test
    void send_failsAtOnce() {
        GridCalls calls = new GridCalls(threads.scheduler(), health, Duration.ofMinutes(1));
        CompletionStage<String> sent = calls.send(() -> {
            throw new IllegalStateException("not active");
        });
        assertThatThrownBy(sent.toCompletableFuture()::join).hasRootCauseMessage("not active");
        assertThat(calls.underWay()).isZero();
    }

    @Test
    void send_failsByAnError_givesItsPlaceBack() {
        GridCalls calls = new GridCalls(threads.scheduler(), health, Duration.ofMinutes(1));
        CompletionStage<String> sent = calls.send(() -> {
            throw new OutOfMemoryError("for a moment");
        });
        assertThatThrownBy(sent.toCompletableFuture()::join).hasRootCauseMessage("for a moment");
        assertThat(calls.underWay()).isZero();
    }

    @Test
    void send_lost() {
        GridCalls calls = new GridCalls(threads.scheduler(), health, Duration.ofMinutes(1));
        health.lost("gone");
        health.lost("gone again");
        assertThat(calls.send(() -> CompletableFuture.completedFuture("x"))).isCompletedExceptionally();
        assertThat(heard.degraded).containsExactly("gone");
    }
}
