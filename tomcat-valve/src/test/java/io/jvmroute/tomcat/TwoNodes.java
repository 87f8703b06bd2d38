package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RawClient;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http2.Http2Protocol;

/** A frontend n1, and n2, which owns the one session there is and records what it serves at {@code /rec}. */
final class TwoNodes implements AutoCloseable {
    final EmbeddedNode frontend;
    final EmbeddedNode owner;
    final RecordingServlet recorder;

    /** The Cookie field of the session. */
    final String cookie;

    TwoNodes(String name, boolean h2c) throws Exception {
        List<Integer> ports = EmbeddedNode.freePorts(2);
        String cluster = name + "-" + UUID.randomUUID();
        frontend = new EmbeddedNode(cluster, "n1", ports.get(0), ports, Map.of());
        owner = new EmbeddedNode(cluster, "n2", ports.get(1), ports, Map.of());
        recorder = RecordingServlet.in(owner);
        if (h2c) {
            frontend.tomcat.getConnector().addUpgradeProtocol(new Http2Protocol());
        }
        ((AbstractHttp11Protocol<?>) frontend.tomcat.getConnector().getProtocolHandler()).setConnectionTimeout(2000);
        frontend.start();
        owner.start();
        for (EmbeddedNode node : List.of(frontend, owner)) {
            await().until(() -> ((Object[]) node.jmx("Nodes")).length == 2);
        }
        String made = RawClient.send(owner.port(), "GET /session HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        cookie = "Cookie: " + made.replaceAll("(?s).*Set-Cookie: (JSESSIONID=[^;]*);.*", "$1");
    }

    void forget() {
        frontend.spy.requests.clear();
        owner.spy.requests.clear();
        recorder.served.clear();
    }

    /** No forward is under way and no connection between the nodes is in use. */
    static void awaitNothingLeft(EmbeddedNode frontend) {
        await().untilAsserted(() -> {
            assertThat(frontend.jmx("ForwardsInFlight")).isEqualTo(0);
            assertThat(frontend.jmx("BackendConnections")).isEqualTo(frontend.jmx("IdleBackendConnections"));
        });
    }

    @Override
    public void close() {
        frontend.close();
        owner.close();
    }
}
