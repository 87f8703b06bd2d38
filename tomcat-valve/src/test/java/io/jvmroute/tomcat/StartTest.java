package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.Disclosures;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.catalina.LifecycleException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What starts, what must not, and that nothing is left. */
class StartTest {
    private final String cluster = "test-" + UUID.randomUUID();
    private final List<Integer> ports = EmbeddedNode.freePorts(2);
    private final List<EmbeddedNode> nodes = new ArrayList<>();

    @AfterEach
    void stop() {
        nodes.forEach(EmbeddedNode::close);
        await().untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("hz.") || name.startsWith("jvmroute"))
                .collect(Collectors.toSet());
    }

    private EmbeddedNode node(String route, int port, Map<String, String> options) {
        EmbeddedNode node = new EmbeddedNode(cluster, route, port, ports, options);
        nodes.add(node);
        return node;
    }

    private static String get(EmbeddedNode node, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(node.url(path)).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void options_wrong_allNamedInOneMessage() {
        EmbeddedNode node = node(
                "n1",
                ports.get(0),
                Map.of("bindAddress", "0.0.0.0", "membres", "10.0.0.1", "connectTimeout", "soon", "mode", "pear"));

        assertThatThrownBy(node::start)
                .rootCause()
                .hasMessageContaining("bindAddress: 0.0.0.0 (expected: the address of one interface, not a wildcard)")
                .hasMessageContaining("membres: unknown option (expected: one of mode, members,")
                .hasMessageContaining("connectTimeout: soon (expected: a time > 0 such as 500ms")
                .hasMessageContaining("mode: pear (expected: peer or frontend)");
    }

    @Test
    void secret_isInNoLogAndNoMBean() throws Exception {
        String secret = "a-secret-that-nobody-may-see";
        try (Disclosures shown = new Disclosures()) {
            EmbeddedNode node =
                    node("n1", ports.get(0), Map.of("secret", secret)).start();
            assertThat(get(node, "/plain")).isEqualTo("n1");
            shown.assertNothingOf(secret);
        }
    }

    @Test
    void hazelcastConfig_besideMembers_startFails(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("hazelcast.yaml"), """
                hazelcast:
                  cluster-name: of-the-file
                  properties: {hazelcast.local.localAddress: 127.0.0.1}
                  advanced-network:
                    enabled: true
                    join: {auto-detection: {enabled: false}}
                    member-server-socket-endpoint-config: {port: {port: 0}}
                """);
        EmbeddedNode node = node("n1", ports.get(0), Map.of("hazelcastConfig", file.toString()));

        assertThatThrownBy(node::start)
                .rootCause()
                .hasMessageContaining("members: given (expected: none beside hazelcastConfig")
                .hasMessageContaining("hazelcastPort: given (expected: none beside hazelcastConfig")
                .hasMessageContaining("clusterName: " + cluster + " (expected: the of-the-file of hazelcastConfig");
    }

    @Test
    void jvmRoute_missingOrDotted_startFails() {
        assertThatThrownBy(node(null, ports.get(0), Map.of())::start)
                .rootCause()
                .hasMessageContaining("jvmRoute: missing");
        assertThatThrownBy(node("n.1", ports.get(0), Map.of())::start)
                .rootCause()
                .hasMessageContaining("jvmRoute: n.1 (expected: 1 to 64 characters of A-Z a-z 0-9 _ -, no dots");
    }

    @Test
    void route_takenByALiveNode_secondStartFailsAndNamesBoth() throws Exception {
        EmbeddedNode first = node("n1", ports.get(0), Map.of()).start();
        EmbeddedNode second = node("n1", ports.get(1), Map.of());

        assertThatThrownBy(second::start)
                .isInstanceOf(LifecycleException.class)
                .rootCause()
                .hasMessageContaining("route n1 is taken")
                .hasMessageContaining("http://127.0.0.1:" + first.port());
        assertThat(get(first, "/plain")).isEqualTo("n1");
    }

    @Test
    void hazelcastPort_taken_startsDegradedAndJoinsLater() throws Exception {
        EmbeddedNode node;
        try (ServerSocket taken = new ServerSocket(ports.get(0), 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            node = node("n1", ports.get(0), Map.of()).start();

            assertThat(get(node, "/session")).isEqualTo("n1");
            assertThat((Boolean) node.jmx("Degraded")).isTrue();
            assertThat((String) node.jmx("DegradedReason"))
                    .contains(ports.get(0).toString());
        }
        await().until(() -> !(Boolean) node.jmx("Degraded"));
        await().until(() -> node.member().getMap("jvmroute.pins").size() == 1); // stated once it joined
    }

    @Test
    void members_thatDoNotAnswer_doNotHoldTheStart() throws Exception {
        EmbeddedNode node = node("n1", ports.get(0), Map.of()).start(); // within JUnit's limit

        assertThat(get(node, "/plain")).isEqualTo("n1");
    }

    @Test
    void stop_andStartAgain_works() throws Exception {
        EmbeddedNode node = node("n1", ports.get(0), Map.of()).start();
        node.tomcat.stop();
        await().untilAsserted(() -> assertThat(threads()).isEmpty());
        node.tomcat.start();

        assertThat(get(node, "/plain")).isEqualTo("n1");
        assertThat(node.jmx("State")).isEqualTo("READY");
    }

    @Test
    void frontend_nodesRegisterThemselves_requestsReachThem() throws Exception {
        EmbeddedNode peer = node("n1", ports.get(0), Map.of()).start();
        EmbeddedNode frontend =
                node(null, ports.get(1), Map.of("mode", "frontend")).start();
        await().until(() -> ((Object[]) frontend.jmx("Nodes")).length == 1);

        assertThat(get(frontend, "/session")).isEqualTo("n1");
        peer.close();
        nodes.remove(peer);
        await().until(() -> get(frontend, "/session").startsWith("503"));
    }
}
