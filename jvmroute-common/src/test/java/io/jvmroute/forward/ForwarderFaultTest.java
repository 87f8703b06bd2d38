package io.jvmroute.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.forward.ForwardResult.Outcome;
import io.jvmroute.forward.ScriptedBackend.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails before a byte was written, or on the client's side. */
final class ForwarderFaultTest extends ForwarderTestBase {
    // ---- before a byte was written ----

    /** Some containers tell the length by reading the first bytes. */
    @Test
    void forward_refused_doesNotEvenAskForTheLengthOfABody() throws Exception {
        ScriptedBackend backend = backend();
        backend.stopListening();
        FakeExchange exchange = new FakeExchange("POST", "/") {
            @Override
            public long requestLength() {
                throw new AssertionError("the body is not to be touched yet");
            }
        };
        assertThat(forward(exchange, backend).outcome()).isEqualTo(Outcome.UNREACHABLE);
    }

    @Test
    void forward_refused_isUnreachableAndTheBodyUntouched() throws Exception {
        ScriptedBackend backend = backend();
        backend.stopListening();
        FakeExchange exchange = FakeExchange.post("hello");
        exchange.expectsContinue = true;

        assertThat(forward(exchange, backend).outcome()).isEqualTo(Outcome.UNREACHABLE);
        assertThat(exchange.bodyReads).hasValue(0);
        assertThat(exchange.continues).hasValue(0);
    }

    @Test
    void forward_blackHole_isUnreachableAfterTheConnectTimeout() throws Exception {
        List<SocketChannel> fillers = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 8; i++) {
                SocketChannel filler = SocketChannel.open();
                fillers.add(filler);
                filler.configureBlocking(false);
                filler.connect(full.getLocalSocketAddress());
            }
            FakeExchange exchange = FakeExchange.post("hello");
            long start = System.nanoTime();
            URI url = URI.create("http://127.0.0.1:" + full.getLocalPort());
            ForwardResult result = forwarder.forward(exchange, node(url), "ticket");

            assertThat(result.outcome()).as(result.cause()).isEqualTo(Outcome.UNREACHABLE);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(290), Duration.ofSeconds(60)); // the kernel's own limit is 127 s
            assertThat(exchange.bodyReads).hasValue(0);
        } finally {
            for (SocketChannel filler : fillers) {
                filler.close();
            }
        }
    }

    private static Node node(URI url) {
        return new Node("n1", "i", url, NodeState.READY, 1, 0, 0, "1", true);
    }

    @Test
    void forward_malformedByTheClient_is400AndNotTheBackendsFault() throws Exception {
        ScriptedBackend backend = backend(Peer::awaitEnd, Peer::awaitEnd);

        ForwardResult split = forward(new FakeExchange("GET", "/\r\nX: 1"), backend);
        assertThat(split.outcome()).isEqualTo(Outcome.CLIENT_GONE);
        assertThat(split.status()).isEqualTo(400);
        ForwardResult large = forward(new FakeExchange("GET", "/" + "x".repeat(100_000)), backend);
        assertThat(large.outcome()).isEqualTo(Outcome.CLIENT_GONE);
        assertThat(large.status()).isEqualTo(431);
    }

    // ---- the client ----

    @Test
    void forward_clientGoneWhileWriting_endsTheBackendsWork() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nX: 1\r\n\r\n");
            try {
                while (true) {
                    peer.write("x".repeat(8192));
                }
            } catch (IOException e) {
                ended.countDown();
            }
        });
        FakeExchange exchange = new FakeExchange("GET", "/") {
            @Override
            public void writeResponseBody(ByteBuffer part) throws IOException {
                super.writeResponseBody(part);
                if (responseBody.size() > 100_000) {
                    throw new IOException("client gone");
                }
            }
        };

        ForwardResult result = forward(exchange, backend);

        assertThat(result.outcome()).isEqualTo(Outcome.CLIENT_GONE);
        assertThat(result.status()).isEqualTo(200);
        ended.await();
        assertIdle(0);
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 200_000})
    void forward_requestBodyShorterThanItsLength_isTheClientsFault(long length) throws Exception {
        boolean headComes = length > BufferPool.MAX_BUFFERED_BODY;
        ScriptedBackend backend = backend(peer -> {
            if (headComes) {
                peer.readHead();
                peer.readBody(50);
            }
            peer.awaitEnd();
        });
        FakeExchange exchange =
                new FakeExchange("POST", "/").body(length, List.of(new byte[50]).iterator());

        ForwardResult result = forward(exchange, backend);

        assertThat(result.outcome()).isEqualTo(Outcome.CLIENT_GONE);
        assertThat(result.status()).isEqualTo(400);
        assertIdle(0);
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 100_000})
    void forward_requestBodyLongerThanItsLength_isNotPassedOn(long length) throws Exception {
        AtomicLong taken = new AtomicLong(-1);
        boolean headComes = length > BufferPool.MAX_BUFFERED_BODY;
        ScriptedBackend backend = backend(peer -> {
            if (headComes) {
                peer.readHead();
            }
            taken.set(peer.drain());
        });
        FakeExchange exchange = new FakeExchange("POST", "/").body(length, parts(3, i -> new byte[(int) length - 3]));

        assertThat(forward(exchange, backend).outcome()).isEqualTo(Outcome.CLIENT_GONE);
        await().until(() -> taken.get() >= 0);
        assertThat(taken.get()).isLessThanOrEqualTo(length);
    }

    @Test
    void forward_runtimeExceptionOfTheContainer_leaksNothing() throws Exception {
        ScriptedBackend backend = backend(ForwarderTestBase::answerAndStay);
        FakeExchange exchange = new FakeExchange("GET", "/") {
            @Override
            public void responseStatus(int status) {
                throw new IllegalStateException("container");
            }
        };

        assertThatThrownBy(() -> forward(exchange, backend)).isInstanceOf(IllegalStateException.class);
        assertIdle(0);
    }

    @Test
    void forward_interrupted_isNobodysFault() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            asked.countDown();
            peer.awaitEnd();
        });
        FakeExchange exchange = FakeExchange.get();
        CompletableFuture<ForwardResult> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> ended.complete(forward(exchange, backend)));
        thread.start();
        asked.await();
        thread.interrupt();

        assertFailed(ended.join(), exchange, 503);
    }
}
