package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.cluster.Pin;
import io.jvmroute.testing.RawClient;
import io.jvmroute.testing.RawPeer;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.ha.ClusterManager;
import org.apache.catalina.session.StandardManager;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which sessions leave a Tomcat that drains: those of a manager that is said to replicate, while no request is in them. */
class HandOverTest {
    private final List<EmbeddedNode> nodes = new ArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);

    /** Its sessions are as good as on all nodes. */
    private static final class Replicating extends StandardManager implements ClusterManager {}

    /** Lets the client see the session that it makes, and goes on until the gate opens. */
    private final class Lasting extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            request.getSession();
            if (request.getRequestURI().endsWith("/events")) {
                response.setContentType("text/event-stream");
            }
            response.flushBuffer();
            if (!request.getRequestURI().endsWith("/thread")) {
                AsyncContext async = request.startAsync();
                async.setTimeout(0);
                new Thread(() -> awaitGate(async::complete), "lasting").start();
            } else {
                awaitGate(() -> {});
            }
        }

        private void awaitGate(Runnable then) {
            try {
                gate.await();
                then.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IllegalStateException e) {
                // the container has ended it
            }
        }
    }

    /** Changes the session's id, as a login does. */
    private static final class Renaming extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            request.changeSessionId();
        }
    }

    @BeforeEach
    void start() throws LifecycleException {
        String cluster = "test-" + UUID.randomUUID();
        List<Integer> ports = EmbeddedNode.freePorts(2);
        for (int i = 0; i < 2; i++) {
            Map<String, String> options = i == 0 ? Map.of("drainTimeout", "10m") : Map.of();
            nodes.add(new EmbeddedNode(cluster, "n" + (i + 1), ports.get(i), ports, options));
        }
        Context context = nodes.get(0).context;
        context.setManager(new Replicating());
        context.addServletContainerInitializer(new WsSci(), Set.of(EchoEndpoint.class));
        Wrapper lasting = Tomcat.addServlet(context, "lasting", new Lasting());
        lasting.setAsyncSupported(true);
        lasting.addMapping("/lasting/*");
        Tomcat.addServlet(context, "renaming", new Renaming()).addMapping("/rename");
        for (EmbeddedNode node : nodes) {
            node.start();
        }
        for (EmbeddedNode node : nodes) {
            await().until(() -> ((Object[]) node.jmx("Nodes")).length == 2);
        }
    }

    @AfterEach
    void stop() {
        gate.countDown();
        nodes.forEach(EmbeddedNode::close);
    }

    private RawPeer begin(String path, String id) throws IOException {
        RawPeer client = RawPeer.connect(nodes.get(0).port());
        String cookie = id.isEmpty() ? "" : "Cookie: JSESSIONID=" + id + "\r\n";
        client.write("GET " + path + " HTTP/1.1\r\nHost: h\r\n" + cookie + "Connection: close\r\n\r\n");
        return client;
    }

    private static String idIn(String head) {
        return head.replaceAll("(?s).*JSESSIONID=([^;]*);.*", "$1");
    }

    private String get(String path, String id) throws IOException {
        return RawClient.send(
                nodes.get(0).port(),
                "GET " + path + " HTTP/1.1\r\nHost: h\r\nCookie: JSESSIONID=" + id + "\r\nConnection: close\r\n\r\n");
    }

    /** Drains, and sees that the session stays until the gate opens. */
    private void assertStaysUntilTheEndOf(RawPeer request, String id) throws Exception {
        assertThat(get("/session", id)).contains("Node: n1\r\n"); // its pin is known by this at the latest
        await().until(() -> nodes.get(0).jmx("PinBacklog").equals(0)
                && nodes.get(1).member().getMap("jvmroute.pins").size() == 1);
        nodes.get(0).operate("drain");
        await().until(() -> List.of((String[]) nodes.get(1).jmx("Nodes")).stream()
                .anyMatch(node -> node.startsWith("n1 DRAINING")));
        await().during(Duration.ofMillis(500))
                .until(() -> nodes.get(0).jmx("OwnedSessions").equals(1));

        gate.countDown();
        request.readAll();
        await().until(() -> nodes.get(0).jmx("HandedOverSessions").equals(1L));
        assertThat(nodes.get(0).jmx("OwnedSessions")).isEqualTo(0);
        request.close();
    }

    @Test
    void session_gone_itsWebSocketThroughTheOtherNodeIsToldToComeAgain() throws Exception {
        String id;
        try (RawPeer maker = begin("/session", "")) {
            id = idIn(maker.readHead());
        }
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        WebSocketClient socket = new WebSocketClient(http, nodes.get(1).url("/ws"), id);
        assertThat(socket.next()).isEqualTo("hello");

        nodes.get(0).operate("drain");

        assertThat(socket.end.get(2, TimeUnit.MINUTES)).isEqualTo("closed 1012");
        assertThat(nodes.get(0).jmx("HandedOverSessions")).isEqualTo(1L);
        await().until(() -> nodes.get(1).jmx("OpenTunnels").equals(0));
        assertThat(get("/plain", id)).contains("Node: n2\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/lasting/async", "/lasting/thread"})
    void requestThatMadeTheSession_goesOn_sessionStays(String path) throws Exception {
        RawPeer maker = begin(path, "");
        assertStaysUntilTheEndOf(maker, idIn(maker.readHead()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/lasting/async", "/lasting/thread"})
    void requestBeforeThePinIsKnown_goesOn_sessionStays(String path) throws Exception {
        try (RawPeer maker = begin("/lasting/thread", "")) {
            String id = idIn(maker.readHead());
            RawPeer second = begin(path, id);
            second.readHead();
            assertStaysUntilTheEndOf(second, id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/lasting/async", "/lasting/thread"})
    void requestUnderTheOldIdOfARenamedSession_goesOn_sessionStays(String path) throws Exception {
        try (RawPeer maker = begin("/session", "")) {
            String id = idIn(maker.readHead());
            RawPeer other = begin(path, id);
            other.readHead();
            String renamed = idIn(get("/rename", id));
            assertThat(renamed).isNotEqualTo(id);
            assertStaysUntilTheEndOf(other, renamed);
        }
    }

    @Test
    void eventStream_ofAnOwnSession_keepsItNotAndEndsInGoodOrder() throws Exception {
        try (RawPeer client = begin("/lasting/events", "")) {
            client.readHead();
            await().until(() -> nodes.get(1).member().getMap("jvmroute.pins").size() == 1);

            nodes.get(0).tomcat.stop(); // the gate is shut

            assertThat(client.readAll()).endsWith("0\r\n\r\n");
            await().until(() -> nodes.get(1)
                    .member()
                    .getMap("jvmroute.pins")
                    .values()
                    .iterator()
                    .next()
                    .equals(new Pin("n2", 2)));
        }
    }
}
