package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jvmroute.JvmRoute;
import io.jvmroute.testing.LogLines;
import io.jvmroute.testing.RawClient;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two embedded Tomcats without replicated sessions, one of which drains, goes to maintenance or stops. */
class DrainTest {
    /** The common pool may have one thread only, and from Java 25 on asynchronous calls share it even so. */
    private static final Executor OWN_THREAD = task -> new Thread(task).start();

    private final String cluster = "test-" + UUID.randomUUID();
    private final List<Integer> hazelcastPorts = EmbeddedNode.freePorts(2);
    private final List<EmbeddedNode> nodes = new ArrayList<>();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private CompletableFuture<Void> stop;
    private String id;

    private void start(Map<String, String> options) throws LifecycleException {
        for (int i = 0; i < 2; i++) {
            nodes.add(new EmbeddedNode(
                    cluster, "n" + (i + 1), hazelcastPorts.get(i), hazelcastPorts, i == 0 ? options : Map.of()));
        }
        Tomcat.addServlet(nodes.get(0).context, "slow", new GatedServlet(reached, gate))
                .addMapping("/slow");
        nodes.get(0).tomcat.getConnector().setPort(EmbeddedNode.freePorts(1).get(0)); // for good, as users do
        for (EmbeddedNode node : nodes) {
            node.start();
        }
        for (EmbeddedNode node : nodes) {
            await().until(() -> ((Object[]) node.jmx("Nodes")).length == 2);
        }
    }

    @AfterEach
    void stop() throws Exception {
        gate.countDown();
        if (stop != null && !stop.isDone()) { // the test has failed: nothing to wait for
            get(nodes.get(0), "/logout", id);
        }
        nodes.forEach(EmbeddedNode::close);
    }

    private static String get(EmbeddedNode node, String path, String id) throws IOException {
        String cookie = id.isEmpty() ? "" : "Cookie: JSESSIONID=" + id + "\r\n";
        return RawClient.send(
                node.port(), "GET " + path + " HTTP/1.1\r\nHost: h\r\n" + cookie + "Connection: close\r\n\r\n");
    }

    private static String newSession(EmbeddedNode node) throws IOException {
        return get(node, "/session", "").replaceAll("(?s).*JSESSIONID=([^;]*);.*", "$1");
    }

    private static void assertServed(String answer, String node, int hops) {
        assertThat(answer).startsWith("HTTP/1.1 200").contains("Node: " + node + "\r\n", "Hop: " + hops + "\r\n");
    }

    private void awaitSeen(EmbeddedNode by, String what) {
        await().until(() -> List.of((String[]) by.jmx("Nodes")).stream().anyMatch(node -> node.startsWith(what)));
    }

    @Test
    void node_drainedAndReadyAgain() throws Exception {
        start(Map.of());
        EmbeddedNode one = nodes.get(0);
        EmbeddedNode two = nodes.get(1);
        String id = newSession(one);

        one.operate("drain");
        one.operate("drain");
        awaitSeen(two, "n1 DRAINING");
        assertServed(get(one, "/session", ""), "n2", 1);
        assertServed(get(one, "/session", id), "n1", 0);
        assertServed(get(two, "/session", id), "n1", 1);
        assertServed(get(one, "/session", "0123456789ABCDEF.n1"), "n2", 1);
        assertServed(get(two, "/session", "0123456789ABCDEF.n1"), "n2", 0); // n1 would not have it
        assertThat(one.jmx("OwnedSessions")).isEqualTo(1);

        two.operate("drain"); // nobody is left to drain to
        awaitSeen(one, "n2 DRAINING");
        assertServed(get(one, "/session", ""), "n1", 0);
        assertServed(get(one, "/session", "0123456789ABCDEF.n1"), "n1", 0);
        two.operate("ready");
        awaitSeen(one, "n2 READY");

        one.operate("maintenance");
        awaitSeen(two, "n1 MAINTENANCE");
        assertServed(get(one, "/plain", id), "n2", 1);
        assertServed(get(two, "/plain", ""), "n2", 0);

        one.operate("ready");
        awaitSeen(two, "n1 READY");
        assertServed(get(one, "/plain", ""), "n1", 0);
    }

    @Test
    void node_drainsWhileTheFileIsThere(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("drain");
        start(Map.of("drainFile", file.toString()));

        Files.createFile(file);
        awaitSeen(nodes.get(1), "n1 DRAINING");
        Files.delete(file);
        awaitSeen(nodes.get(1), "n1 READY");
    }

    @Test
    void frontend_restarted_knowsWhoDrains() throws Exception {
        start(Map.of());
        String id = newSession(nodes.get(0));
        nodes.get(0).operate("drain");
        awaitSeen(nodes.get(1), "n1 DRAINING");
        int port = EmbeddedNode.freePorts(1).get(0);
        for (int life = 0; life < 2; life++) {
            try (EmbeddedNode frontend =
                    new EmbeddedNode(cluster, null, port, hazelcastPorts, Map.of("mode", "frontend")).start()) {
                awaitSeen(frontend, "n1 DRAINING");
                assertServed(get(frontend, "/session", id), "n1", 1);
                for (int i = 0; i < 5; i++) {
                    assertServed(get(frontend, "/session", ""), "n2", 1);
                }
            }
        }
    }

    @Test
    void stop_waitsForSessionsThenForRequests() throws Exception {
        start(Map.of("drainTimeout", "10m"));
        EmbeddedNode one = nodes.get(0);
        EmbeddedNode two = nodes.get(1);
        int port = one.port();
        id = newSession(one);
        CompletableFuture<String> slow = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return get(one, "/slow", "");
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                OWN_THREAD);
        reached.await();

        stop = CompletableFuture.runAsync(
                () -> {
                    try {
                        one.tomcat.stop();
                    } catch (LifecycleException e) {
                        throw new IllegalStateException(e);
                    }
                },
                OWN_THREAD);
        awaitSeen(two, "n1 DRAINING");
        await().untilAsserted(() -> assertServed(get(one, "/session", ""), "n2", 1));
        assertServed(get(two, "/session", id), "n1", 1);
        assertThatThrownBy(() -> one.operate("ready")).hasRootCauseInstanceOf(IllegalStateException.class);
        assertThat(stop).isNotDone();

        assertServed(get(one, "/logout", id), "n1", 0);
        await().untilAsserted(
                        () -> assertThatThrownBy(() -> RawClient.connect(port)).isInstanceOf(ConnectException.class));
        assertThat(stop).isNotDone();
        gate.countDown();
        assertThat(slow.join()).startsWith("HTTP/1.1 200").contains("slow", "Connection: close");
        stop.join();
        await().until(() -> ((Object[]) two.jmx("Nodes")).length == 1);
        await().until(() -> two.member().getCluster().getMembers().size() == 1);
    }

    @Test
    void stop_deadline_saysWhatIsCut() throws Exception {
        start(Map.of("drainTimeout", "500ms"));
        newSession(nodes.get(0));
        newSession(nodes.get(0));

        try (LogLines log = new LogLines(JvmRoute.class)) {
            nodes.get(0).tomcat.stop();
            assertThat(log.lines())
                    .anySatisfy(
                            line -> assertThat(line)
                                    .contains(
                                            "0 of 2 sessions handed over, 2 left here, 0 requests in flight; what is left is cut"));
        }
    }
}
