package io.jvmroute.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.forward.ForwardResult.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that say "not mine". */
final class ForwarderRefusalTest extends ForwarderTestBase {
    private static final HopRefusal REFUSAL = new HopRefusal("n2", 3);

    private static @Nullable HopRefusal read(String answer) {
        return answer.equals("authentic") ? REFUSAL : null;
    }

    private ForwardResult forwardRefusable(FakeExchange exchange, ScriptedBackend backend) {
        return forwarder.forward(exchange, backend.node(), "ticket", ForwarderRefusalTest::read);
    }

    private ScriptedBackend answering(int body, String... fields) throws Exception {
        return backend(peer -> {
            peer.readHead();
            peer.readBody(body);
            peer.write("HTTP/1.1 421 No\r\n" + String.join("\r\n", fields) + "\r\n\r\n");
            peer.awaitEnd();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 64 * 1024})
    void refusal_authentic_leavesTheRequestWhole(int size) throws Exception {
        String body = "x".repeat(size);
        FakeExchange exchange = FakeExchange.post(body);

        ForwardResult result =
                forwardRefusable(exchange, answering(size, "Jvmroute-Hop: authentic", "Content-Length: 0"));

        assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(result.refusal()).isEqualTo(REFUSAL);
        assertThat(exchange.status).isZero();
        assertIdle(1);
        ScriptedBackend next = backend(peer -> {
            peer.readHead();
            peer.respond(peer.readBody(size));
            peer.awaitEnd();
        });
        assertDone(exchange, next, 200);
        assertThat(exchange.response()).isEqualTo(body);
    }

    @Test
    void refusal_whileTheClientWaits_leavesItsBody() throws Exception {
        FakeExchange exchange = new FakeExchange("POST", "/").body(MIB, parts(1, i -> new byte[MIB]));
        exchange.expectsContinue = true;

        ForwardResult result = forwardRefusable(exchange, answering(0, "Jvmroute-Hop: authentic", "Content-Length: 0"));

        assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(exchange.bodyReads).hasValue(0);
    }

    @Test
    void refusal_afterAStreamedBody_is503() throws Exception {
        FakeExchange exchange = new FakeExchange("POST", "/").body(MIB, parts(1, i -> new byte[MIB]));

        ForwardResult result =
                forwardRefusable(exchange, answering(MIB, "Jvmroute-Hop: authentic", "Content-Length: 0"));

        assertFailed(result, exchange, 503, ProxyError.DESTINATION_UNAVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: 1", "Jvmroute-Hop: forged", "Jvmroute-Hop: authentic\r\nJvmroute-Hop: authentic"})
    void status421_notAuthentic_isTheApplications(String field) throws Exception {
        FakeExchange exchange = FakeExchange.get();

        ForwardResult result = forwardRefusable(exchange, answering(0, field, "Content-Length: 0"));

        assertThat(result).isEqualTo(new ForwardResult(Outcome.DONE, 421, ""));
        assertThat(exchange.status).isEqualTo(421);
    }
}
