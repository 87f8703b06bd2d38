package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RawPeer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that had to wait, on a Jetty that then can't go on with them: they are answered all the same. */
class NoThreadTest {
    private static final int PATIENCE_MILLIS = 20_000;

    private EmbeddedNode frontend;
    private int tenants;

    private void start(Map<String, String> options, RuntimeException refusal) throws Exception {
        List<Integer> ports = EmbeddedNode.freePorts(1);
        frontend = new EmbeddedNode("test-" + UUID.randomUUID(), null, ports.get(0), ports, options).start();
        frontend.threads.refusal = refusal;
    }

    @AfterEach
    void stop() {
        frontend.threads.refusal = null;
        frontend.close();
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(new RejectedExecutionException("full"), "HTTP/1.1 503"),
                Arguments.of(new IllegalStateException("broken"), "HTTP/1.1 500"));
    }

    /** One of a tenant that is new each time. */
    private String get() throws Exception {
        try (RawPeer client = RawPeer.connect(frontend.port())) {
            client.socket.setSoTimeout(PATIENCE_MILLIS);
            client.write("GET / HTTP/1.1\r\nHost: a\r\nX-Tenant: " + ++tenants + "\r\nConnection: close\r\n\r\n");
            return client.readAll();
        }
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void heldRequest_isAnsweredAndHeldNoLonger(RuntimeException refusal, String status) throws Exception {
        start(Map.of("mode", "frontend", "maxForwards", "1"), refusal);

        for (int i = 0; i < 2; i++) { // one is held at once: else the second would hear that nobody is ready
            assertThat(get()).startsWith(status).contains("Proxy-Status: jvmroute; error=proxy_internal_error");
        }
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void requestThatAskedTheGrid_isAnswered(RuntimeException refusal, String status) throws Exception {
        start(
                Map.of(
                        "mode", "frontend",
                        "affinity", "header(X-Tenant)",
                        "backends",
                                "n1=http://127.0.0.1:"
                                        + EmbeddedNode.freePorts(1).get(0)),
                refusal);

        // The grid may have answered before the request waits for it.
        await().until(() -> get().startsWith(status));
    }
}
