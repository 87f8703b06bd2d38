package io.jvmroute.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.forward.ForwardResult.Outcome;
import io.jvmroute.forward.ScriptedBackend.Peer;
import io.jvmroute.forward.ScriptedBackend.Script;
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
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails, and what the client and the next request get of it. */
final class ForwarderFaultTest extends ForwarderTestBase {
    // ---- before a byte was written ----

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

    // ---- a connection that was used before ----

    private static void answerOnce(Peer peer) throws IOException {
        peer.readHead();
        peer.respond("first");
    }

    private static void answerAndStay(Peer peer) throws IOException {
        answerOnce(peer);
        peer.awaitEnd();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
    void forward_staleConnection_repeatsTheIdempotentRequest(String method) throws Exception {
        String body = method.equals("PUT") ? "hello" : "";
        Script dies = peer -> {
            answerOnce(peer);
            peer.readHead();
            peer.reset();
        };
        ScriptedBackend backend = backend(dies, peer -> {
            assertThat(peer.readHead()).startsWith(method + " / HTTP/1.1\r\n");
            assertThat(peer.readBody(body.length())).isEqualTo(body);
            peer.write("HTTP/1.1 204 No Content\r\n\r\n");
            peer.awaitEnd();
        });
        assertDone(FakeExchange.get(), backend, 200);

        assertDone(new FakeExchange(method, "/").body(body), backend, 204);
        assertIdle(1);
    }

    @Test
    void forward_staleConnection_doesNotRepeatAPost() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            answerOnce(peer);
            peer.readHead();
            assertThat(peer.readBody(5)).isEqualTo("hello");
        });
        assertDone(FakeExchange.get(), backend, 200);
        FakeExchange exchange = FakeExchange.post("hello");

        assertFailed(forward(exchange, backend), exchange, 502);
        assertIdle(0);
    }

    @Test
    void forward_staleConnection_doesNotRepeatAStreamedPut() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            answerOnce(peer);
            peer.readHead();
        });
        assertDone(FakeExchange.get(), backend, 200);
        FakeExchange exchange = new FakeExchange("PUT", "/").body(-1, parts(1000, i -> new byte[8192]));

        assertFailed(forward(exchange, backend), exchange, 502);
    }

    @Test
    void forward_closedWhileIdle_postGoesOnAFreshOne() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        ScriptedBackend backend = backend(
                peer -> {
                    answerOnce(peer);
                    peer.socket.shutdownOutput();
                    ended.countDown();
                    peer.awaitEnd();
                },
                peer -> {
                    peer.readHead();
                    peer.respond(peer.readBody(5));
                    peer.awaitEnd();
                });
        assertDone(FakeExchange.get(), backend, 200);
        ended.await();

        assertDone(FakeExchange.post("hello"), backend, 200);
        assertIdle(1);
    }

    @Test
    void forward_idleForASecond_postGoesOnAFreshOneAndGetOnTheOld() throws Exception {
        ScriptedBackend backend = backend(
                peer -> {
                    answerOnce(peer);
                    answerAndStay(peer);
                },
                peer -> {
                    peer.readHead();
                    peer.respond(peer.readBody(5));
                    peer.awaitEnd();
                });
        assertDone(FakeExchange.get(), backend, 200);
        jump(Duration.ofSeconds(2));
        assertDone(FakeExchange.get(), backend, 200);
        assertThat(backend.accepted()).isEqualTo(1);
        jump(Duration.ofSeconds(2));

        assertDone(FakeExchange.post("hello"), backend, 200);
        assertThat(backend.accepted()).isEqualTo(2);
        assertIdle(2);
    }

    @Test
    void forward_staleTwice_isNotRepeatedAgain() throws Exception {
        ScriptedBackend backend = backend(
                peer -> {
                    answerOnce(peer);
                    peer.readHead();
                },
                Peer::readHead);
        assertDone(FakeExchange.get(), backend, 200);
        FakeExchange exchange = FakeExchange.get();

        assertFailed(forward(exchange, backend), exchange, 502);
    }

    @Test
    void forward_staleAndThenRefused_getMayGoElsewhere() throws Exception {
        AtomicReference<ScriptedBackend> self = new AtomicReference<>();
        ScriptedBackend backend = backend(peer -> {
            answerOnce(peer);
            peer.readHead();
            self.get().stopListening();
        });
        self.set(backend);
        assertDone(FakeExchange.get(), backend, 200);

        assertThat(forward(FakeExchange.get(), backend).outcome()).isEqualTo(Outcome.UNREACHABLE);
    }

    @Test
    void forward_staleAndThenRefused_putWithABodyIs502() throws Exception {
        AtomicReference<ScriptedBackend> self = new AtomicReference<>();
        ScriptedBackend backend = backend(peer -> {
            answerOnce(peer);
            peer.readHead();
            self.get().stopListening();
        });
        self.set(backend);
        assertDone(FakeExchange.get(), backend, 200);
        FakeExchange exchange = new FakeExchange("PUT", "/").body("hello");

        assertFailed(forward(exchange, backend), exchange, 502);
    }

    @Test
    void forward_noRetryLeft_isNotRepeated() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            answerOnce(peer);
            peer.readHead();
        });
        assertDone(FakeExchange.get(), backend, 200);
        for (int i = 0; i < 20; i++) {
            assertThat(forwarder.tryRetry()).isTrue();
        }
        assertThat(forwarder.tryRetry()).isFalse();
        FakeExchange exchange = FakeExchange.get();

        assertFailed(forward(exchange, backend), exchange, 502);
    }

    /** The look at the connection is another one behind a pause. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void forward_unsolicitedSecondResponse_reachesNobody(int idleSeconds) throws Exception {
        CountDownLatch poisoned = new CountDownLatch(1);
        ScriptedBackend backend = backend(
                peer -> {
                    answerOnce(peer);
                    await().until(() -> forwarder.statistics().idle() == 1);
                    peer.respond("poison");
                    poisoned.countDown();
                    peer.awaitEnd();
                },
                ForwarderFaultTest::answerAndStay);
        assertDone(FakeExchange.get(), backend, 200);
        poisoned.await();
        jump(Duration.ofSeconds(idleSeconds));
        FakeExchange exchange = FakeExchange.get();

        assertDone(exchange, backend, 200);
        assertThat(exchange.response()).isEqualTo("first");
        assertThat(backend.accepted()).isEqualTo(2);
    }

    // ---- the response ----

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
        ScriptedBackend backend = backend(ForwarderFaultTest::answerAndStay);

        assertDone(exchange, backend, 200);
        assertThat(exchange.response()).isEqualTo("first");
        assertIdle(1);
    }

    // ---- uploads ----

    @Test
    void forward_backendTakesNoBody_is504() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            end.await();
        });
        FakeExchange exchange = new FakeExchange("POST", "/").body(-1, parts(100_000, i -> new byte[8192]));
        CompletableFuture<ForwardResult> running = forwardAsync(exchange, backend);
        awaitStandstill(exchange);
        jump(Duration.ofSeconds(61));

        assertFailed(running.join(), exchange, 504);
        end.countDown();
    }

    private static void awaitStandstill(FakeExchange exchange) {
        int[] last = {0};
        await().pollInterval(Duration.ofMillis(300)).until(() -> {
            int reads = exchange.bodyReads.get();
            boolean stands = reads > 0 && reads == last[0];
            last[0] = reads;
            return stands;
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 40, -1})
    void forward_refusedWhileTheUploadStands_isPassedAndTheConnectionGone(long length) throws Exception {
        byte[] part = new byte[MIB];
        FakeExchange exchange = new FakeExchange("POST", "/").body(length, parts(Integer.MAX_VALUE, i -> part));
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            awaitStandstill(exchange);
            peer.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
            await().until(() -> forwarder.inFlight() == 0); // reads nothing, closes nothing
        });

        assertDone(exchange, backend, 401);
        assertThat(exchange.response()).isEqualTo("no");
        assertIdle(0);
    }

    @Test
    void forward_refusedWhileTheUploadFlows_endsItAtTheNextPart() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
            refused.countDown();
            peer.drain();
        });
        FakeExchange exchange = new FakeExchange("POST", "/") {
            @Override
            public @Nullable ByteBuffer readRequestBody() throws IOException {
                if (bodyReads.get() == 1) {
                    await().until(() -> refused.getCount() == 0);
                }
                return super.readRequestBody();
            }
        };
        exchange.body(-1, parts(Integer.MAX_VALUE, i -> new byte[10]));

        assertDone(exchange, backend, 401);
        assertThat(exchange.bodyReads.get()).isLessThanOrEqualTo(2);
        assertIdle(0);
    }

    @Test
    void forward_refusedAndResetDuringTheUpload_endsOneWayOrAnother() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        FakeExchange exchange = new FakeExchange("POST", "/").body(-1, parts(Integer.MAX_VALUE, i -> new byte[8192]));

        ForwardResult result = forward(exchange, backend);

        assertThat(result.status()).isIn(413, 502);
        assertIdle(0);
    }

    @Test
    void forward_diesDuringTheUpload_is502() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.readBody(100_000);
            peer.reset();
        });
        FakeExchange exchange = new FakeExchange("POST", "/").body(-1, parts(Integer.MAX_VALUE, i -> new byte[8192]));

        assertFailed(forward(exchange, backend), exchange, 502);
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
        ScriptedBackend backend = backend(ForwarderFaultTest::answerAndStay);
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
