package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RapidResets;
import io.jvmroute.testing.RawBackend;
import io.jvmroute.testing.RawClient;
import io.jvmroute.testing.TwoNodes;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.coyote.http2.Http2Protocol;
import org.junit.jupiter.api.Test;

/** Streams that are reset as soon as they are opened (CVE-2023-44487), each of which begins a forward. */
final class RapidResetTest {
    private static final int STREAMS = 10_000;

    /** Streams that Tomcat lets one connection have. */
    private static final int STREAMS_AT_ONCE = 100;

    /** Those of them that it lets run. */
    private static final int FORWARDS_AT_ONCE = 20;

    /** Few enough for Tomcat to refuse them one by one, and not to end the connection. */
    private static final int TOO_MANY = 10;

    @Test
    void streams_resetAtOnce_leaveNothing() throws Exception {
        try (TwoNodes nodes = EmbeddedNode.two("reset", /* h2c= */ true)) {
            String cookie = nodes.cookie.substring("Cookie: ".length());
            int connections = RapidResets.send(nodes.frontend.port(), "/rec/reset", cookie, STREAMS);
            System.out.printf(
                    "%d streams reset on %d connections, %d served%n",
                    STREAMS, connections, nodes.recorder.served.size());

            TwoNodes.awaitNothingLeft(nodes.frontend);
            assertThat(nodes.recorder.served).allMatch("GET /rec/reset"::equals);
            String response = RawClient.send(
                    nodes.frontend.port(),
                    "GET /rec/after HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + nodes.cookie + "\r\n\r\n");
            assertThat(response).startsWith("HTTP/1.1 200").contains("GET /rec/after");
        }
    }

    @Test
    void streams_manyOfOneConnection_areForwardedUpToTheLimitOfTomcat() throws Exception {
        AtomicInteger reached = new AtomicInteger();
        try (RawBackend silent = new RawBackend()) {
            silent.follow(peer -> {
                reached.incrementAndGet();
                peer.readAll();
            });
            List<Integer> ports = EmbeddedNode.freePorts(1);
            Map<String, String> options =
                    Map.of("mode", "frontend", "backends", "n1=http://127.0.0.1:" + silent.port());
            try (EmbeddedNode frontend =
                    new EmbeddedNode("test-" + UUID.randomUUID(), null, ports.get(0), ports, options)) {
                frontend.tomcat.getConnector().addUpgradeProtocol(new Http2Protocol());
                frontend.start();

                RapidResets.open(frontend.port(), "/many", "JSESSIONID=a.n1", STREAMS_AT_ONCE + TOO_MANY, refused -> {
                    assertThat(refused).isEqualTo(TOO_MANY);
                    await().until(() -> frontend.jmx("ForwardsInFlight").equals(FORWARDS_AT_ONCE));
                    await().until(() -> reached.get() == FORWARDS_AT_ONCE);
                });

                await().until(() -> frontend.jmx("ForwardsInFlight").equals(0));
            }
        }
    }
}
