package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RawBackend;
import io.jvmroute.testing.RawPeer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** A Jetty frontend before one scripted backend that knows nothing of us; each test ends with no forward in flight and no connection in use. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FrontendTestBase {
    /** What the backend was sent, as far as its script tells. */
    final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    RawBackend backend;
    EmbeddedNode frontend;

    /** Further options of the frontend. */
    Map<String, String> options() {
        return Map.of();
    }

    /** What a test changes in the frontend before its start. */
    void prepare(EmbeddedNode node) {}

    @BeforeAll
    void start() throws Exception {
        backend = new RawBackend();
        List<Integer> ports = EmbeddedNode.freePorts(1);
        Map<String, String> options = new java.util.HashMap<>(options());
        options.put("mode", "frontend");
        options.put("backends", "n1=http://127.0.0.1:" + backend.port());
        frontend = new EmbeddedNode("test-" + UUID.randomUUID(), null, ports.get(0), ports, options);
        prepare(frontend);
        frontend.start();
    }

    @AfterEach
    void nothingIsInFlight() throws Exception {
        await().until(() -> frontend.jmx("ForwardsInFlight").equals(0));
        backend.verify();
        seen.clear();
        await().untilAsserted(() ->
                assertThat(frontend.jmx("BackendConnections")).isEqualTo(frontend.jmx("IdleBackendConnections")));
    }

    @AfterAll
    void stop() throws Exception {
        frontend.close();
        backend.close();
    }

    RawPeer client() throws Exception {
        return RawPeer.connect(frontend.port());
    }

    /** Each with the end of a line. */
    static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    /** Sends a request on a connection of its own, and reads until the frontend ends that. */
    String exchange(String... request) throws Exception {
        try (RawPeer client = client()) {
            client.write(lines(request));
            return client.readAll();
        }
    }
}
