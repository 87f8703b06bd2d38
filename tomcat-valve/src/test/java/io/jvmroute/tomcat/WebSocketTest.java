package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.websocket.server.WsSci;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** WebSockets of an application on one node, opened through the other. */
class WebSocketTest {
    private static final int OPEN = 50;

    /** Of the node that has tunnels but no session: a stop that waited for them would outlast the test's limit. */
    private static final Map<String, String> LONG_DRAIN = Map.of("drainTimeout", "10m");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<EmbeddedNode> nodes = new ArrayList<>();
    private EmbeddedNode owner;
    private EmbeddedNode other;
    private String sessionId;

    @BeforeEach
    void start() throws Exception {
        String cluster = "test-" + UUID.randomUUID();
        List<Integer> ports = EmbeddedNode.freePorts(2);
        for (int i = 0; i < 2; i++) {
            EmbeddedNode node =
                    new EmbeddedNode(cluster, "n" + (i + 1), ports.get(i), ports, i == 0 ? Map.of() : LONG_DRAIN);
            node.context.addServletContainerInitializer(new WsSci(), Set.of(EchoEndpoint.class));
            nodes.add(node.start());
        }
        owner = nodes.get(0);
        other = nodes.get(1);
        await().until(() -> ((Object[]) other.jmx("Nodes")).length == 2);
        sessionId = http.send(HttpRequest.newBuilder(owner.url("/session")).build(), BodyHandlers.discarding())
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow()
                .replaceAll("JSESSIONID=([^;]*);.*", "$1");
    }

    @AfterEach
    void stop() throws Exception {
        nodes.forEach(EmbeddedNode::close);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("jvmroute-tunnel"));
    }

    private WebSocketClient open(EmbeddedNode through) throws Exception {
        WebSocketClient client = new WebSocketClient(http, through.url("/ws"), sessionId);
        assertThat(client.next()).isEqualTo("hello");
        return client;
    }

    private void awaitTunnels(int count) {
        await().until(() -> other.jmx("OpenTunnels").equals(count));
    }

    @Test
    void text_bothWays_closedByTheClient() throws Exception {
        WebSocketClient client = open(other);
        assertThat(other.jmx("OpenTunnels")).isEqualTo(1);
        assertThat(other.jmx("ForwardsInFlight")).isEqualTo(0);
        for (int i = 0; i < 100; i++) {
            client.socket.sendText("message " + i, /* last= */ true).join();
            assertThat(client.next()).isEqualTo("echo message " + i);
        }
        client.socket.sendClose(java.net.http.WebSocket.NORMAL_CLOSURE, "").join();
        assertThat(client.end.get(2, TimeUnit.MINUTES)).isEqualTo("closed 1000");
        awaitTunnels(0);
    }

    @Test
    void binary_halfAMegabyte() throws Exception {
        WebSocketClient client = open(other);
        byte[] message = new byte[500_000];
        new Random(7).nextBytes(message);
        for (int i = 0; i < 5; i++) {
            client.socket.sendBinary(ByteBuffer.wrap(message), /* last= */ true).join();
            assertThat(client.next()).isEqualTo(message);
        }
        client.socket.abort();
        awaitTunnels(0);
    }

    @Test
    void home_noTunnel() throws Exception {
        WebSocketClient client = open(owner);
        client.socket.sendText("a", /* last= */ true).join();
        assertThat(client.next()).isEqualTo("echo a");
        assertThat(owner.jmx("OpenTunnels")).isEqualTo(0);
        client.socket.abort();
    }

    @Test
    void owner_dies_clientSeesTheEnd() throws Exception {
        List<WebSocketClient> clients = new ArrayList<>();
        for (int i = 0; i < OPEN; i++) {
            clients.add(open(other));
        }
        awaitTunnels(OPEN);
        owner.crash();
        for (WebSocketClient client : clients) {
            assertThat(client.end.get(2, TimeUnit.MINUTES)).isNotNull();
        }
        awaitTunnels(0);
    }

    @Test
    void owner_stops_itsClientsAreToldToGoAway() throws Exception {
        WebSocketClient direct = open(owner);
        WebSocketClient tunnelled = open(other);
        owner.tomcat.stop();
        assertThat(direct.end.get(2, TimeUnit.MINUTES)).isEqualTo("closed 1001");
        assertThat(tunnelled.end.get(2, TimeUnit.MINUTES)).isEqualTo("closed 1001");
        awaitTunnels(0);
    }

    @Test
    void node_stops_clientsOfItsTunnelsAreToldToComeAgain() throws Exception {
        WebSocketClient client = open(other);
        other.tomcat.stop();
        assertThat(client.end.get(2, TimeUnit.MINUTES)).isEqualTo("closed 1012");
    }

    @Test
    void refused_byTheApplication_answerIsPassed() throws Exception {
        var answer = http.send(
                HttpRequest.newBuilder(other.url("/ws"))
                        .header("Cookie", "JSESSIONID=" + sessionId)
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.headers().firstValue("Node")).contains("n1"); // no WebSocket: the servlet behind it
        assertThat(other.jmx("OpenTunnels")).isEqualTo(0);
    }
}
