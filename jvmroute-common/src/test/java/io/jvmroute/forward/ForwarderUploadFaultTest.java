package io.jvmroute.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails while the request's body is on its way. */
final class ForwarderUploadFaultTest extends ForwarderTestBase {
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
}
