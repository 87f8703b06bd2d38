package io.jvmroute.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;

/** A frontend n1, and n2, which owns the one session there is and records what it serves at {@code /rec}; spies stand before both. */
public final class TwoNodes implements AutoCloseable {
    public final TestNode frontend;
    public final TestNode owner;
    public final RecordingServlet recorder;

    /** The Cookie field of the session. */
    public final String cookie;

    /**
     * Of nodes that have started.
     *
     * @param recorder at {@code /rec/*} of the owner
     */
    public TwoNodes(TestNode frontend, TestNode owner, RecordingServlet recorder) throws Exception {
        this.frontend = frontend;
        this.owner = owner;
        this.recorder = recorder;
        for (TestNode node : List.of(frontend, owner)) {
            await().until(() -> ((Object[]) node.jmx("Nodes")).length == 2);
        }
        String made = RawClient.send(owner.port(), "GET /session HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        cookie = "Cookie: " + made.replaceAll("(?s).*Set-Cookie: (JSESSIONID=[^;]*);.*", "$1");
    }

    /** What was sent and served so far. */
    public void forget() {
        for (TestNode node : List.of(frontend, owner)) {
            node.requests.clear();
            node.tickets.clear();
        }
        recorder.served.clear();
    }

    /** No forward is under way and no connection between the nodes is in use. */
    public static void awaitNothingLeft(TestNode frontend) {
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
