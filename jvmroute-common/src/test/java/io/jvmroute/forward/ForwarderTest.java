package io.jvmroute.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.forward.ForwardResult.Outcome;
import io.jvmroute.http.ClientEnd;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes through, and how connections are kept. */
final class ForwarderTest extends ForwarderTestBase {
    @Test
    void forward_requestWithTicket_isWhatTheClientSentAndTheTicket() throws Exception {
        CompletableFuture<String> head = new CompletableFuture<>();
        ScriptedBackend backend = backend(peer -> {
            head.complete(peer.readHead());
            peer.respond("hi");
            peer.awaitEnd();
        });
        FakeExchange exchange = new FakeExchange("GET", "/a;jsessionid=1.n1?{q}");
        exchange.requestFields.addAll(List.of(
                "Cookie: a=1",
                "X-Forwarded-For: 1.2.3.4",
                "Jvmroute-Hop: forged",
                "jvmroute_hop: forged",
                "Connection: x"));

        assertDone(exchange, backend, 200);

        assertThat(head.get())
                .isEqualTo("GET /a;jsessionid=1.n1?{q} HTTP/1.1\r\nHost: app.example\r\nCookie: a=1\r\n"
                        .concat("X-Forwarded-For: 1.2.3.4\r\nJvmroute-Hop: ticket\r\n\r\n"));
        assertThat(exchange.response()).isEqualTo("hi");
        assertThat(exchange.responseLength).isEqualTo(2);
    }

    private String headWithoutTicket(FakeExchange exchange) throws Exception {
        CompletableFuture<String> head = new CompletableFuture<>();
        ScriptedBackend backend = backend(peer -> {
            head.complete(peer.readHead());
            peer.respond("");
            peer.awaitEnd();
        });
        exchange.requestFields.addAll(List.of(
                "X-Forwarded-For: 198.51.100.1",
                "x-forwarded-for: 198.51.100.2",
                "X-FORWARDED-PROTO: https",
                "forwarded: for=198.51.100.1",
                "X-Forwarded-Host: other.example",
                "x-forwarded-port: 444",
                "X-Forwarded-Prefix: /p",
                "Via: 1.0 fred",
                "Jvmroute-Hop: forged"));
        assertThat(forwarder.forward(exchange, backend.node(), null).outcome()).isEqualTo(Outcome.DONE);
        return head.get();
    }

    @Test
    void forward_withoutTicket_namesTheClientAndBelievesNobody() throws Exception {
        assertThat(headWithoutTicket(FakeExchange.get()).lines().skip(1))
                .containsExactly(
                        "Host: app.example",
                        "Via: 1.0 fred",
                        "Forwarded: for=192.0.2.7;host=\"app.example:8443\";proto=https",
                        "X-Forwarded-For: 192.0.2.7",
                        "X-Forwarded-Proto: https",
                        "X-Forwarded-Host: app.example:8443",
                        "X-Forwarded-Port: 8443",
                        "Via: 1.1 jvmroute",
                        "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a;for=6.6.6.6;x=", "a,b.example", "a\"b", "a!"})
    void forward_withoutTicketAndHostThatIsNotPlain_isInHostAlone(String host) throws Exception {
        FakeExchange exchange = new FakeExchange("GET", "/") {
            @Override
            public ClientEnd client() {
                return new ClientEnd("192.0.2.7", 4711, "https", host, 443);
            }
        };

        assertThat(headWithoutTicket(exchange).lines())
                .contains("Forwarded: for=192.0.2.7;proto=https")
                .noneMatch(line -> line.startsWith("X-Forwarded-Host"));
    }

    @Test
    void forward_withoutTicketFromATrustedProxy_addsToWhatItSays() throws Exception {
        FakeExchange exchange = new FakeExchange("GET", "/") {
            @Override
            public String trustedProxy() {
                return "2001:db8::1";
            }
        };

        assertThat(headWithoutTicket(exchange).lines().skip(1))
                .containsExactly(
                        "Host: app.example",
                        "X-Forwarded-Prefix: /p",
                        "Via: 1.0 fred",
                        "Forwarded: for=198.51.100.1, for=\"[2001:db8::1]\";host=\"app.example:8443\";proto=https",
                        "X-Forwarded-For: 198.51.100.1, 198.51.100.2, 2001:db8::1",
                        "X-Forwarded-Proto: https",
                        "X-Forwarded-Host: other.example",
                        "X-Forwarded-Port: 444",
                        "Via: 1.1 jvmroute",
                        "");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,'200 OK\r\nContent-Length: 5\r\n\r\nhello',hello,5,1",
        "GET,'200 OK\r\nContent-Length: 0\r\n\r\n','',0,1",
        "GET,'200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x\r\nllo\r\n0\r\nX: 1\r\n\r\n',hello,-1,1",
        "GET,'200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello',hello,5,0",
        "HEAD,'200 OK\r\nContent-Length: 5\r\n\r\n','',5,1",
        "HEAD,'200 OK\r\nTransfer-Encoding: chunked\r\n\r\n','',-1,1",
        "GET,'204 No Content\r\nX: 1\r\n\r\n','',-1,1",
        "GET,'304 Not Modified\r\nContent-Length: 5\r\n\r\n','',-1,1",
        "GET,'200 OK\r\nContent-Length: 5\r\n\r\nhello!',hello,5,0",
        "HEAD,'200 OK\r\nContent-Length: 5\r\n\r\nhello','',5,0",
        "GET,'204 No Content\r\nX: 1\r\n\r\nx','',-1,0",
        "GET,'200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nx','',-1,0"
    })
    void forward_response(String method, String response, String body, long length, int kept) throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 " + response);
            peer.awaitEnd();
        });
        FakeExchange exchange = new FakeExchange(method, "/");

        assertDone(exchange, backend, Integer.parseInt(response.substring(0, 3)));

        assertThat(exchange.response()).isEqualTo(body);
        assertThat(exchange.responseLength).isEqualTo(length);
        assertIdle(kept);
    }

    @Test
    void forward_version10_isNotKept() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi");
            peer.awaitEnd();
        });

        assertDone(FakeExchange.get(), backend, 200);
        assertIdle(0);
    }

    @Test
    void forward_bodyUntilClose_isPassedWhole() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nX: 1\r\n\r\n" + "x".repeat(200_000));
        });
        FakeExchange exchange = FakeExchange.get();

        assertDone(exchange, backend, 200);
        assertThat(exchange.responseBody.size()).isEqualTo(200_000);
        assertIdle(0);
    }

    @Test
    void forward_responseFields_keepOrderAndLoseTheHopByHopOnes() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write(
                    "HTTP/1.1 103 Early Hints\r\nLink: x\r\nConnection: Y\r\nY: 1\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
            peer.write("HTTP/1.1 404 No\r\nSet-Cookie: a=1\r\nConnection: X-A\r\nX-A: 1\r\nset-cookie: b=2\r\n");
            peer.write("Keep-Alive: timeout=5\r\nContent-Length: 0\r\n\r\n");
            peer.awaitEnd();
        });
        FakeExchange exchange = FakeExchange.get();

        assertDone(exchange, backend, 404);
        assertThat(exchange.responseFields).containsExactly("Set-Cookie: a=1", "set-cookie: b=2");
        assertThat(exchange.hints).containsExactly("Link: x");
        assertIdle(1);
    }

    @Test
    void forward_manyRequests_useOneConnection() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            for (int i = 0; i < 20; i++) {
                String head = peer.readHead();
                peer.respond(head.startsWith("POST") ? peer.readBody(5) : "get");
            }
            peer.awaitEnd();
        });

        for (int i = 0; i < 10; i++) {
            assertDone(FakeExchange.get(), backend, 200);
            FakeExchange post = FakeExchange.post("hello");
            assertDone(post, backend, 200);
            assertThat(post.response()).isEqualTo("hello");
        }
        assertThat(backend.accepted()).isEqualTo(1);
        assertIdle(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 64 * 1024, 64 * 1024 + 1, 10 * MIB})
    void forward_bodies_goBothWays(int size) throws Exception {
        ScriptedBackend backend = backend(peer -> {
            for (int i = 0; i < 2; i++) {
                boolean chunked = peer.readHead().contains("Transfer-Encoding: chunked");
                StringBuilder body = new StringBuilder();
                if (chunked) {
                    for (int chunk; (chunk = peer.readChunkSize()) > 0; peer.readBody(2)) {
                        body.append(peer.readBody(chunk));
                    }
                    assertThat(peer.readBody(2)).isEqualTo("\r\n");
                } else {
                    body.append(peer.readBody(size));
                }
                peer.respond(body.toString());
            }
            peer.awaitEnd();
        });
        byte[] all = new byte[size];
        for (int i = 0; i < size; i++) {
            all[i] = (byte) (i * 31);
        }
        int part = 10_000;
        for (long length : new long[] {size, -1}) {
            FakeExchange exchange = new FakeExchange("POST", "/")
                    .body(
                            length,
                            parts(
                                    (size + part - 1) / part,
                                    i -> Arrays.copyOfRange(all, i * part, Math.min(size, (i + 1) * part))));
            assertDone(exchange, backend, 200);
            assertThat(exchange.responseBody.toByteArray()).isEqualTo(all);
        }
        assertThat(backend.accepted()).isEqualTo(1);
        assertIdle(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {10L * MIB, -1})
    void forward_answerWhileReading_goesInTurnsWithTheUpload(long length) throws Exception {
        int total = 10 * MIB;
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: " + total + "\r\n\r\n");
            byte[] buffer = new byte[8192];
            for (int left = total; left > 0; ) {
                int chunk = length < 0 ? peer.readChunkSize() : 8192;
                for (int inChunk = chunk; inChunk > 0; ) {
                    int read = peer.in.read(buffer, 0, Math.min(inChunk, buffer.length));
                    peer.out.write(buffer, 0, read);
                    inChunk -= read;
                }
                left -= chunk;
                if (length < 0) {
                    peer.readBody(2);
                }
            }
            peer.drain(); // the last chunk may come or not: the response has ended
        });
        FakeExchange exchange = new FakeExchange("POST", "/").body(length, parts(1280, i -> filled(8192, i)));

        assertThat(forward(exchange, backend).outcome()).isEqualTo(Outcome.DONE);

        byte[] response = exchange.responseBody.toByteArray();
        assertThat(response).hasSize(total);
        for (int i = 0; i < 1280; i++) {
            assertThat(response[i * 8192]).isEqualTo((byte) i);
        }
    }

    private static byte[] filled(int size, int value) {
        byte[] part = new byte[size];
        Arrays.fill(part, (byte) value);
        return part;
    }

    @Test
    void forward_eventStream_isFlushedWhenNothingMoreIsAtHand() throws Exception {
        CountDownLatch seen = new CountDownLatch(2);
        FakeExchange exchange = new FakeExchange("GET", "/") {
            @Override
            public void flushResponse() throws IOException {
                super.flushResponse();
                seen.countDown();
            }
        };
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            await().until(() -> exchange.flushes.get() == 1);
            peer.write("5\r\nevent\r\n");
            seen.await(); // without a flush the stream would stand still here
            peer.write("0\r\n\r\n");
            peer.awaitEnd();
        });

        assertDone(exchange, backend, 200);
        assertThat(exchange.response()).isEqualTo("event");
    }

    @Test
    void inFlight_isCountedPerNodeAndLimited() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        ScriptedBackend.Script slow = peer -> {
            peer.readHead();
            go.await();
            peer.respond("");
            peer.awaitEnd();
        };
        ScriptedBackend backend = backend(slow, slow);
        try (Forwarder limited = forwarder(settings(2))) {
            List<CompletableFuture<ForwardResult>> running = List.of(
                    CompletableFuture.supplyAsync(
                            () -> limited.forward(FakeExchange.get(), backend.node(), null), this::start),
                    CompletableFuture.supplyAsync(
                            () -> limited.forward(FakeExchange.get(), backend.node(), null), this::start));
            await().until(() -> limited.inFlight(backend.node()) == 2);
            FakeExchange exchange = FakeExchange.post("x");

            assertFailed(
                    limited.forward(exchange, backend.node(), null),
                    exchange,
                    503,
                    ProxyError.CONNECTION_LIMIT_REACHED);
            assertThat(exchange.bodyReads).hasValue(0);
            assertThat(limited.inFlight()).isEqualTo(2);
            assertThat(limited.inFlight(backend.node("another life"))).isZero();
            go.countDown();
            running.forEach(run -> assertThat(run.join().outcome()).isEqualTo(Outcome.DONE));
            assertThat(limited.inFlight() + limited.inFlight(backend.node())).isZero();
        }
    }

    private void start(Runnable task) {
        new Thread(task).start();
    }

    @Test
    void retain_closesThePoolsOfOtherLives() throws Exception {
        ScriptedBackend.Script one = peer -> {
            peer.readHead();
            peer.respond("");
            peer.awaitEnd();
        };
        ScriptedBackend backend = backend(one, one);
        assertThat(forwarder
                        .forward(FakeExchange.get(), backend.node("a"), null)
                        .outcome())
                .isEqualTo(Outcome.DONE);
        assertThat(forwarder
                        .forward(FakeExchange.get(), backend.node("b"), null)
                        .outcome())
                .isEqualTo(Outcome.DONE);
        assertIdle(2);

        forwarder.retain(List.of(backend.node("b")));

        assertIdle(1);
        assertThat(forwarder.statistics(backend.node("a"))).isEqualTo(PoolStatistics.NONE);
        assertThat(forwarder.statistics(backend.node("b"))).isEqualTo(new PoolStatistics(1, 1));
    }

    @Test
    void pool_idleForTooLong_isClosed() throws Exception {
        ScriptedBackend.Script one = peer -> {
            peer.readHead();
            peer.respond("");
            peer.awaitEnd();
        };
        ScriptedBackend backend = backend(one, one);
        assertDone(FakeExchange.get(), backend, 200);

        jump(Duration.ofSeconds(5));
        await().pollDelay(Duration.ofMillis(600))
                .until(() -> forwarder.statistics().idle() == 1);
        jump(Duration.ofSeconds(11));
        assertDone(FakeExchange.get(), backend, 200);
        await().until(() -> forwarder.statistics().open() == 1);
        jump(Duration.ofSeconds(16));
        await().until(() -> forwarder.statistics().open() == 0);
    }

    @Test
    void close_endsWhatRuns() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            asked.countDown();
            peer.awaitEnd();
        });
        FakeExchange exchange = FakeExchange.get();
        CompletableFuture<ForwardResult> running = forwardAsync(exchange, backend);
        asked.await();

        forwarder.close();

        assertFailed(running.join(), exchange, 503);
        FakeExchange late = FakeExchange.get();
        ScriptedBackend untouched = backend(peer -> peer.awaitEnd());
        assertFailed(forward(late, untouched), late, 503);
    }

    @Test
    void forward_latin1Body_isNotChanged() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.respond("\u00e9\u0000\r\n\r\n\u00ff");
            peer.awaitEnd();
        });
        FakeExchange exchange = FakeExchange.get();

        assertDone(exchange, backend, 200);
        assertThat(exchange.responseBody.toByteArray()).isEqualTo("\u00e9\u0000\r\n\r\n\u00ff".getBytes(ISO_8859_1));
    }
}
