package io.jvmroute.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.forward.ForwardResult.Outcome;
import io.jvmroute.forward.ScriptedBackend.Peer;
import io.jvmroute.forward.ScriptedBackend.Script;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that were used before: what may be sent again when they turn out to be dead (R1). */
final class ForwarderRetryTest extends ForwarderTestBase {

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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void forward_closedWhileTheBodyCame_postGoesOnAFreshOne(boolean reused) throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        ScriptedBackend backend = backend(
                peer -> {
                    if (reused) {
                        answerOnce(peer);
                    }
                    reading.await();
                    peer.socket.shutdownOutput();
                    ended.countDown();
                    peer.awaitEnd();
                },
                peer -> {
                    assertThat(peer.readHead()).startsWith("POST / HTTP/1.1\r\n");
                    peer.respond(peer.readBody(5));
                    peer.awaitEnd();
                });
        if (reused) {
            assertDone(FakeExchange.get(), backend, 200);
        }
        for (int i = 0; i < 20; i++) {
            assertThat(forwarder.tryRetry()).isTrue(); // what was never sent is not sent again
        }
        FakeExchange exchange = new SlowPost(reading, ended);

        assertDone(exchange, backend, 200);
        assertThat(exchange.response()).isEqualTo("hello");
        assertIdle(1);
    }

    @Test
    void forward_closedWhileTheBodyCameAndThenRefused_postMayGoElsewhere() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicReference<ScriptedBackend> self = new AtomicReference<>();
        ScriptedBackend backend = backend(peer -> {
            reading.await();
            self.get().stopListening();
            peer.socket.shutdownOutput();
            ended.countDown();
            peer.awaitEnd();
        });
        self.set(backend);
        ScriptedBackend other = backend(peer -> {
            peer.readHead();
            peer.respond(peer.readBody(5));
            peer.awaitEnd();
        });
        FakeExchange exchange = new SlowPost(reading, ended);

        assertThat(forward(exchange, backend).outcome()).isEqualTo(Outcome.UNREACHABLE);
        assertDone(exchange, other, 200);
        assertThat(exchange.response()).isEqualTo("hello");
    }

    /** Its body comes when the backend has hung up. */
    private static final class SlowPost extends FakeExchange {
        private final CountDownLatch reading;
        private final CountDownLatch ended;

        SlowPost(CountDownLatch reading, CountDownLatch ended) {
            super("POST", "/");
            body("hello");
            this.reading = reading;
            this.ended = ended;
        }

        @Override
        public @Nullable ByteBuffer readRequestBody() throws IOException {
            reading.countDown();
            try {
                ended.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            return super.readRequestBody();
        }
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
                ForwarderTestBase::answerAndStay);
        assertDone(FakeExchange.get(), backend, 200);
        poisoned.await();
        jump(Duration.ofSeconds(idleSeconds));
        FakeExchange exchange = FakeExchange.get();

        assertDone(exchange, backend, 200);
        assertThat(exchange.response()).isEqualTo("first");
        assertThat(backend.accepted()).isEqualTo(2);
    }
}
