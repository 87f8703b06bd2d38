package io.jvmroute.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.forward.ForwardResult.Outcome;
import io.jvmroute.forward.ScriptedBackend.Peer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;

/** A forwarder with a clock that can jump; after each test nothing may be in flight and no connection left. */
abstract class ForwarderTestBase {
    static final int MIB = 1024 * 1024;
    static final Duration TUNNEL_TIMEOUT = Duration.ofMinutes(10);
    static final int MAX_TUNNELS = 2;

    private final AtomicLong jumped = new AtomicLong();
    private final List<ScriptedBackend> backends = new ArrayList<>();
    final Forwarder forwarder = forwarder(settings(100));

    Forwarder forwarder(ForwardSettings settings) {
        return new Forwarder(settings, new BackendTls(null), () -> System.nanoTime() + jumped.get());
    }

    static ForwardSettings settings(int maxForwards) {
        return new ForwardSettings(
                Duration.ofMillis(300),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                maxForwards,
                Duration.ofSeconds(15),
                4,
                TUNNEL_TIMEOUT,
                MAX_TUNNELS);
    }

    void jump(Duration time) {
        jumped.addAndGet(time.toNanos());
    }

    ScriptedBackend backend(ScriptedBackend.Script... scripts) throws Exception {
        ScriptedBackend backend = new ScriptedBackend(scripts);
        backends.add(backend);
        return backend;
    }

    ForwardResult forward(FakeExchange exchange, ScriptedBackend backend) {
        return forwarder.forward(exchange, backend.node(), "ticket");
    }

    CompletableFuture<ForwardResult> forwardAsync(FakeExchange exchange, ScriptedBackend backend) {
        return CompletableFuture.supplyAsync(() -> forward(exchange, backend), task -> new Thread(task).start());
    }

    void assertDone(FakeExchange exchange, ScriptedBackend backend, int status) {
        assertThat(forward(exchange, backend)).isEqualTo(new ForwardResult(Outcome.DONE, status, ""));
        assertThat(exchange.status).isEqualTo(status);
        assertThat(exchange.committed).isTrue();
        assertThat(exchange.broken).isFalse();
    }

    static void assertFailed(ForwardResult result, FakeExchange exchange, int status) {
        assertThat(result.outcome()).as(result.cause()).isEqualTo(Outcome.FAILED);
        assertThat(result.status()).as(result.cause()).isEqualTo(status);
        assertThat(exchange.started).isFalse();
        assertThat(exchange.broken).isFalse();
    }

    static void assertFailed(ForwardResult result, FakeExchange exchange, int status, ProxyError error) {
        assertFailed(result, exchange, status);
        assertThat(result.error()).as(result.cause()).isEqualTo(error);
    }

    void assertIdle(int connections) {
        assertThat(forwarder.statistics()).isEqualTo(new PoolStatistics(connections, connections));
    }

    static Iterator<byte[]> parts(int count, IntFunction<byte[]> part) {
        return IntStream.range(0, count).mapToObj(part).iterator();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(forwarder.inFlight()).isZero();
        PoolStatistics statistics = forwarder.statistics();
        assertThat(statistics.open()).as("leaked connections").isEqualTo(statistics.idle());
        forwarder.close();
        assertThat(forwarder.statistics()).isEqualTo(PoolStatistics.NONE);
        assertThat(forwarder.openTunnels()).isZero();
        for (ScriptedBackend backend : backends) {
            backend.close();
        }
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("jvmroute-")));
    }

    static void answerOnce(Peer peer) throws IOException {
        peer.readHead();
        peer.respond("first");
    }

    static void answerAndStay(Peer peer) throws IOException {
        answerOnce(peer);
        peer.awaitEnd();
    }
}
