package io.jvmroute.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.forward.ForwardResult.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses that are malformed, late or cut off, and what the client gets of them. */
final class ForwarderResponseFaultTest extends ForwarderTestBase {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Le",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\nabc",
                "HTTP/1.1 200 OK\nContent-Length: 3\n\nabc",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n"
            })
    void forward_badHead_is502AndTheConnectionGone(String response) throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write(response);
            peer.socket.shutdownOutput();
            peer.awaitEnd();
        });
        FakeExchange exchange = FakeExchange.get();

        assertFailed(forward(exchange, backend), exchange, 502);
        assertThat(exchange.status).isZero();
        assertIdle(0);
    }

    @Test
    void forward_diesInsideTheHead_isNotRepeated() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            answerOnce(peer);
            peer.readHead();
            peer.write("HTTP/1.1 2");
        });
        assertDone(FakeExchange.get(), backend, 200);
        FakeExchange exchange = FakeExchange.get();

        assertFailed(forward(exchange, backend), exchange, 502);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 10\r\n\r\nhello",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz"
            })
    void forward_diesInsideTheBody_isVisiblyBroken(String response) throws Exception {
        FakeExchange exchange = FakeExchange.get();
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\n" + response.substring(0, response.indexOf("hello") + 5));
            await().until(() -> exchange.flushes.get() == 1);
            peer.write(response.substring(response.indexOf("hello") + 5));
        });

        ForwardResult result = forward(exchange, backend);

        assertThat(result.outcome()).isEqualTo(Outcome.BROKEN);
        assertThat(result.status()).isEqualTo(200);
        assertThat(exchange.broken).isTrue();
        assertThat(exchange.response()).isEqualTo("hello");
    }

    @Test
    void forward_badBodyBeforeTheClientSawAByte_mayBecomeAnError() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n");
            peer.awaitEnd();
        });
        FakeExchange exchange = FakeExchange.get();

        assertFailed(forward(exchange, backend), exchange, 502);
        assertIdle(0);
    }

    @Test
    void forward_endlessInterimResponses_are502() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(200));
            peer.awaitEnd();
        });
        FakeExchange exchange = FakeExchange.get();

        assertFailed(forward(exchange, backend), exchange, 502);
    }

    @ParameterizedTest
    @CsvSource({"70000,1", "1,300"})
    void forward_headTooLarge_is502AndTheConnectionGone(int size, int fields) throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            String field = "X: " + "x".repeat(size) + "\r\n";
            try {
                peer.write("HTTP/1.1 200 OK\r\n" + field.repeat(fields) + "Content-Length: 0\r\n\r\n");
                peer.awaitEnd();
            } catch (IOException e) {
                return; // it need not be taken whole
            }
        });
        FakeExchange exchange = FakeExchange.get();

        assertFailed(forward(exchange, backend), exchange, 502);
        assertIdle(0);
    }

    @Test
    void forward_neverAnswers_is504AndSentOnce() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        ScriptedBackend backend = backend(peer -> {
            answerOnce(peer);
            peer.readHead();
            asked.countDown();
            peer.awaitEnd();
        });
        assertDone(FakeExchange.get(), backend, 200);
        FakeExchange exchange = FakeExchange.get();
        CompletableFuture<ForwardResult> running = forwardAsync(exchange, backend);
        asked.await();
        jump(Duration.ofSeconds(61));

        assertFailed(running.join(), exchange, 504, ProxyError.CONNECTION_READ_TIMEOUT);
        assertIdle(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nevent\r\n"})
    void forward_clientGoesWhileTheBackendIsSilent_endsTheBackendsConnection(String response) throws Exception {
        FakeExchange exchange = FakeExchange.get();
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write(response);
            await().until(() -> response.isEmpty() || exchange.flushes.get() == 1);
            exchange.gone = true;
            peer.awaitEnd();
        });

        ForwardResult result = forward(exchange, backend);

        assertThat(result.outcome()).isEqualTo(Outcome.CLIENT_GONE);
        assertThat(result.status()).isEqualTo(response.isEmpty() ? 499 : 200);
        assertThat(exchange.broken).isEqualTo(!response.isEmpty());
        assertIdle(0);
    }

    /** The clock stands, so that the time is up by the jumps alone. */
    @Test
    void forward_interimResponses_doNotProlongTheWait() throws Exception {
        AtomicLong clock = new AtomicLong();
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            for (int i = 0; i < 3; i++) {
                peer.write("HTTP/1.1 103 Early Hints\r\n\r\n");
                clock.addAndGet(Duration.ofSeconds(25).toNanos());
            }
            peer.awaitEnd();
        });
        FakeExchange exchange = FakeExchange.get();
        CompletableFuture<ForwardResult> running = new CompletableFuture<>();
        try (Forwarder standing = new Forwarder(settings(1), new BackendTls(null), clock::get)) {
            new Thread(() -> running.complete(standing.forward(exchange, backend.node(), "ticket"))).start();
            await().until(running::isDone);
        }

        assertFailed(running.join(), exchange, 504);
    }

    @Test
    void forward_silentInsideTheBody_isBroken() throws Exception {
        FakeExchange exchange = FakeExchange.get();
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
            peer.awaitEnd();
        });
        CompletableFuture<ForwardResult> running = forwardAsync(exchange, backend);
        await().until(() -> exchange.flushes.get() == 1);
        jump(Duration.ofSeconds(61));

        assertThat(running.join().outcome()).isEqualTo(Outcome.BROKEN);
        assertThat(exchange.broken).isTrue();
    }

    @Test
    void forward_slowClient_isNotTheBackendsTimeout() throws Exception {
        FakeExchange exchange = new FakeExchange("GET", "/") {
            @Override
            public void commitResponse() throws IOException {
                super.commitResponse();
                jump(Duration.ofSeconds(100));
                await().pollDelay(Duration.ofMillis(600)).until(() -> true);
            }
        };
        ScriptedBackend backend = backend(ForwarderTestBase::answerAndStay);

        assertDone(exchange, backend, 200);
        assertThat(exchange.response()).isEqualTo("first");
        assertIdle(1);
    }
}
