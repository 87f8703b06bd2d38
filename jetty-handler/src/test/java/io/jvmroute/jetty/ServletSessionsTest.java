package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.ProbeServlet;
import io.jvmroute.testing.RawPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.jetty.server.Handler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions of servlets, whichever of Jetty's environments they run in: found, followed and forgotten. */
class ServletSessionsTest {
    private final List<EmbeddedNode> nodes = new ArrayList<>();

    enum Environment {
        EE10 {
            @Override
            Handler application(String route) {
                var context =
                        new org.eclipse.jetty.ee10.servlet.ServletContextHandler("/", /* sessions= */ true, false);
                context.addServlet(new org.eclipse.jetty.ee10.servlet.ServletHolder(new ProbeServlet(route)), "/*");
                return context;
            }
        },
        EE11 {
            @Override
            Handler application(String route) {
                var context =
                        new org.eclipse.jetty.ee11.servlet.ServletContextHandler("/", /* sessions= */ true, false);
                context.addServlet(new org.eclipse.jetty.ee11.servlet.ServletHolder(new ProbeServlet(route)), "/*");
                return context;
            }
        };

        abstract Handler application(String route);
    }

    private void start(Environment environment) throws Exception {
        String cluster = "test-" + UUID.randomUUID();
        List<Integer> ports = EmbeddedNode.freePorts(2);
        for (int i = 0; i < 2; i++) {
            String route = "n" + (i + 1);
            nodes.add(new EmbeddedNode(cluster, route, ports.get(i), ports, Map.of())
                    .with(environment.application(route))
                    .start());
        }
        for (EmbeddedNode node : nodes) {
            await().until(() -> ((Object[]) node.jmx("Nodes")).length == 2);
        }
    }

    @AfterEach
    void stop() {
        for (EmbeddedNode node : nodes) {
            await().until(() -> node.jmx("ForwardsInFlight").equals(0));
            node.close();
        }
    }

    private String get(int node, String path, String id) throws Exception {
        try (RawPeer client = RawPeer.connect(nodes.get(node).port())) {
            client.write("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    + (id.isEmpty() ? "" : "Cookie: JSESSIONID=" + id + "\r\n") + "\r\n");
            return client.readAll();
        }
    }

    private static String id(String answer) {
        return answer.replaceAll("(?s).*Set-Cookie: JSESSIONID=([^;\r]*).*", "$1");
    }

    private void awaitPins(int count) {
        for (EmbeddedNode node : nodes) {
            await().until(() -> node.member().getMap("jvmroute.pins").size() == count);
        }
    }

    private Object owned(int node) throws Exception {
        return nodes.get(node).jmx("OwnedSessions");
    }

    @ParameterizedTest
    @EnumSource
    void session_staysHome_untilItEnds(Environment environment) throws Exception {
        start(environment);
        String id = id(get(0, "/session", ""));
        assertThat(id).endsWith(".n1");
        awaitPins(1);

        assertThat(get(1, "/session", id)).contains("Node: n1\r\n", "Count: 2\r\n", "Hop: 1\r\n", "Verdict: H\r\n");
        assertThat(get(1, "/session;jsessionid=" + id, "")).contains("Node: n1\r\n", "Count: 3\r\n");

        String renewed = id(get(1, "/login", id));
        assertThat(renewed).endsWith(".n1").isNotEqualTo(id);
        assertThat(get(1, "/session", renewed)).contains("Node: n1\r\n", "Count: 4\r\n");
        awaitPins(1);
        assertThat(owned(0)).isEqualTo(1);

        get(1, "/logout", renewed);
        awaitPins(0);
        assertThat(owned(0)).isEqualTo(0);
    }

    @ParameterizedTest
    @EnumSource
    void owner_gone_anotherTakesOverUnderItsOwnName(Environment environment) throws Exception {
        start(environment);
        String id = id(get(0, "/session", ""));
        awaitPins(1);
        nodes.get(0).crash();

        String moved = get(1, "/session", id);
        assertThat(moved).contains("Node: n2\r\n", "Verdict: R\r\n", "Count: 1\r\n");
        assertThat(id(moved)).endsWith(".n2");
    }
}
