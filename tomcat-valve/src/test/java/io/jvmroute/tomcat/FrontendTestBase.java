package io.jvmroute.tomcat;

import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RawBackend;
import io.jvmroute.testing.RawPeer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http2.Http2Protocol;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** A Tomcat frontend before one scripted backend that knows nothing of us; each test ends with no forward in flight. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FrontendTestBase {
    /** What the backend was sent, as far as its script tells. */
    final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    RawBackend backend;
    EmbeddedNode frontend;

    @BeforeAll
    void start() throws Exception {
        backend = new RawBackend();
        List<Integer> ports = EmbeddedNode.freePorts(1);
        Map<String, String> options = new HashMap<>(timeouts());
        options.putAll(Map.of("mode", "frontend", "backends", "n1=http://127.0.0.1:" + backend.port()));
        frontend = new EmbeddedNode("test-" + UUID.randomUUID(), null, ports.get(0), ports, options);
        Connector connector = frontend.tomcat.getConnector();
        connector.addUpgradeProtocol(new Http2Protocol());
        connector.setProperty("allowedTrailerHeaders", "x-sum,x-two");
        connector.setProperty("relaxedPathChars", "{|}");
        connector.setProperty("relaxedQueryChars", "{|}");
        frontend.start();
    }

    /** Options of the frontend, where they are not to be the usual ones. */
    Map<String, String> timeouts() {
        return Map.of();
    }

    @AfterEach
    void nothingIsInFlight() throws Exception {
        await().until(() -> frontend.jmx("ForwardsInFlight").equals(0));
        backend.verify();
        seen.clear();
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
