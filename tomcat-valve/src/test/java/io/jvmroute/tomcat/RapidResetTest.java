package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.testing.RapidResets;
import io.jvmroute.testing.RawClient;
import org.junit.jupiter.api.Test;

/** Streams that are reset as soon as they are opened (CVE-2023-44487), each of which begins a forward. */
final class RapidResetTest {
    private static final int STREAMS = 10_000;

    @Test
    void streams_resetAtOnce_leaveNothing() throws Exception {
        try (TwoNodes nodes = new TwoNodes("reset", /* h2c= */ true)) {
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
}
