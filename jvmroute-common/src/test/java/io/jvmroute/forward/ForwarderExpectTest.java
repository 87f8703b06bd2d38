package io.jvmroute.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.forward.ForwardResult.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that wait for a 100 before they send their body. */
final class ForwarderExpectTest extends ForwarderTestBase {
    private static FakeExchange expecting(long length, int size) {
        FakeExchange exchange = new FakeExchange("POST", "/").body(length, parts(1, i -> new byte[size]));
        exchange.requestFields.add("Expect: 100-continue");
        exchange.expectsContinue = true;
        return exchange;
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 100_000})
    void expectation_backendSaysContinue_bodyFollows(long length) throws Exception {
        FakeExchange exchange = expecting(length, (int) length);
        ScriptedBackend backend = backend(peer -> {
            assertThat(peer.readHead()).containsOnlyOnce("Expect: 100-continue\r\n");
            assertThat(exchange.bodyReads).hasValue(0);
            peer.write("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
            assertThat(peer.readBody((int) length)).hasSize((int) length);
            assertThat(exchange.continues).hasValue(1);
            peer.respond("");
            peer.awaitEnd();
        });

        assertDone(exchange, backend, 200);
        assertThat(exchange.hints).containsExactly("Link: x");
        assertIdle(1);
    }

    @ParameterizedTest
    @CsvSource({"5,401", "100000,417", "-1,413", "5,200"})
    void expectation_finalStatus_leavesTheBodyWithTheClient(long length, int status) throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 " + status + " No\r\nContent-Length: 2\r\n\r\n");
            peer.write("no");
            peer.awaitEnd();
        });
        FakeExchange exchange = expecting(length, 5);

        assertDone(exchange, backend, status);

        assertThat(exchange.response()).isEqualTo("no");
        assertThat(exchange.bodyReads).hasValue(0);
        assertThat(exchange.continues).hasValue(0);
        assertIdle(0);
    }

    @Test
    void expectation_silentBackend_isGrantedAfterASecond() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            asked.countDown();
            peer.readBody(5);
            peer.write("HTTP/1.1 100 Continue\r\n\r\n"); // late
            peer.respond("");
            peer.awaitEnd();
        });
        FakeExchange exchange = expecting(5, 5);
        CompletableFuture<ForwardResult> running = forwardAsync(exchange, backend);
        asked.await();
        jump(Duration.ofSeconds(2));

        assertThat(running.join()).isEqualTo(new ForwardResult(Outcome.DONE, 200, ""));
        assertThat(exchange.continues).hasValue(1);
        assertIdle(1);
    }

    @Test
    void expectation_backendDies_is502AndTheBodyUntouched() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.reset();
        });
        FakeExchange exchange = expecting(5, 5);

        assertFailed(forward(exchange, backend), exchange, 502);
        assertThat(exchange.bodyReads).hasValue(0);
    }

    @Test
    void expectation_withoutABody_isNotPassedOn() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            assertThat(peer.readHead()).doesNotContain("Expect");
            peer.respond("");
            peer.awaitEnd();
        });
        FakeExchange exchange = expecting(0, 0);

        assertDone(exchange, backend, 200);
        assertThat(exchange.continues).hasValue(0);
    }
}
