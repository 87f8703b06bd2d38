package io.jvmroute.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two frontends that end TLS before three nodes: clients that resume their TLS session stay at home. The frontends share their TLS sessions, as one
 * behind the other's address has to for a client to resume anything there.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public abstract class TlsSessionContract {
    private static final int CLIENTS = Integer.getInteger("affinity.clients", 12);
    private static final int REQUESTS = Integer.getInteger("affinity.requests", 6);
    /** A little less than what a request waits for the agreement of all frontends, before its own decides. */
    private static final Duration GRID_WAIT = Duration.ofMillis(400);

    private static final String TLS_1_2 = "TLSv1.2";
    private static final String TLS_1_3 = "TLSv1.3";

    private final List<TestNode> nodes = new ArrayList<>();
    private final List<Frontend> frontends = new ArrayList<>();
    private final String cluster = "test-" + UUID.randomUUID();
    private Path trust;
    private SSLContext tls;

    /**
     * A frontend.
     *
     * @param tlsPort of the connector that ends TLS
     */
    public record Frontend(TestNode node, int tlsPort) {}

    /** Starts a node without TLS; {@code members} are Hazelcast ports of the whole cluster. */
    protected abstract TestNode startNode(
            String cluster, String route, int hazelcastPort, List<Integer> members, Map<String, String> options)
            throws Exception;

    /** Starts a frontend that ends TLS by {@code tls}. */
    protected abstract Frontend startFrontend(
            String cluster, int hazelcastPort, List<Integer> members, Map<String, String> options, SSLContext tls)
            throws Exception;

    @BeforeAll
    void startAll(@TempDir Path folder) throws Exception {
        Path key = TestKeys.key(folder, "dns:localhost");
        trust = TestKeys.trust(key);
        tls = TestKeys.client(key, trust);
        List<Integer> ports = TestNode.freePorts(5);
        for (int i = 0; i < 3; i++) {
            nodes.add(startNode(cluster, "n" + (i + 1), ports.get(i), ports, Map.of()));
        }
        Map<String, String> options = Map.of(
                "mode", "frontend",
                "affinity", "tls-session, header(X-Tenant)",
                "balance", "round-robin");
        for (int i = 3; i < 5; i++) {
            frontends.add(startFrontend(cluster, ports.get(i), ports, options, tls));
        }
        for (TestNode node : nodes) {
            await().until(() -> ((Object[]) node.jmx("Nodes")).length == 3);
            await().until(() -> node.member().getPartitionService().isClusterSafe());
        }
        awaitThreeNodes(0);
        awaitThreeNodes(1);
    }

    private static void awaitThreeNodes(int frontend) {
        await().until(() -> ((Object[]) TestNode.attribute(mBean(frontend), "Nodes")).length == 3);
    }

    /** All frontends are in this JVM: any but the first one's name has a number. */
    private static String mBean(int frontend) {
        return "io.jvmroute:type=Affinity,route=frontend" + (frontend == 0 ? "" : ",instance=" + (frontend + 1));
    }

    @AfterAll
    void stop() {
        frontends.forEach(frontend -> frontend.node().close());
        nodes.forEach(TestNode::close);
    }

    private final class Client {
        private final TlsClient tls;
        final Set<String> homes = new HashSet<>();
        private boolean slow;

        Client(String protocol) throws Exception {
            tls = new TlsClient(trust, protocol);
        }

        void get(int frontend, String... fields) throws Exception {
            long start = System.nanoTime();
            String answer = tls.get(frontends.get(frontend).tlsPort(), fields);
            slow |= System.nanoTime() - start >= GRID_WAIT.toNanos();
            assertThat(answer).startsWith("HTTP/1.1 200 ");
            homes.add(answer.replaceAll("(?s).*\r\nNode: (\\w+)\r\n.*", "$1"));
        }
    }

    private static void assertOneHome(Client its) {
        assertThat(its.homes).hasSizeLessThanOrEqualTo(its.slow ? 3 : 1);
    }

    private List<Client> clients(String protocol) throws Exception {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Client(protocol));
        }
        return clients;
    }

    @Test
    @Order(1)
    void tls12_resumed_keepsClientsAtHome_throughBothFrontends() throws Exception {
        Set<String> used = new HashSet<>();
        for (Client its : clients(TLS_1_2)) {
            for (int j = 0; j < REQUESTS; j++) {
                its.get(j % 2);
            }
            assertThat(its.tls.handshakes).hasSize(1);
            assertOneHome(its);
            used.addAll(its.homes);
        }
        assertThat(used).hasSize(3);
    }

    /** Its session ids change with each connection: none of them is worth a pin. */
    @Test
    @Order(2)
    void tls13_tellsNothing_andTheNextSourceIsAsked() throws Exception {
        Object before = TestNode.attribute("io.jvmroute:type=Affinity,route=frontend", "MovedPins");
        Client without = new Client(TLS_1_3);
        for (int j = 0; j < 6; j++) {
            without.get(j % 2);
        }
        assertThat(without.tls.handshakes).hasSize(1); // resumed none the less
        assertThat(without.homes).hasSize(3);
        assertThat(TestNode.attribute("io.jvmroute:type=Affinity,route=frontend", "MovedPins"))
                .isEqualTo(before);
        int number = 0;
        for (Client its : clients(TLS_1_3)) {
            String tenant = "X-Tenant: t" + number++;
            for (int j = 0; j < REQUESTS; j++) {
                its.get(j % 2, tenant);
            }
            assertOneHome(its);
        }
    }

    /** By two more frontends, whose pins are short-lived: there was one, all forget it, and the same TLS session may get another. */
    @Test
    @Order(3)
    void idleTimeout_forgets_onAllFrontends() throws Exception {
        List<Integer> ports = new ArrayList<>(TestNode.freePorts(2));
        nodes.forEach(node -> ports.add(TestNode.portOf(node.member())));
        Map<String, String> options = Map.of(
                "mode", "frontend", "affinity", "tls-session", "affinityTimeout", "1s", "balance", "round-robin");
        Set<Object> added = ConcurrentHashMap.newKeySet();
        IMap<Object, Object> pins = nodes.get(0).member().getMap("jvmroute.pins");
        UUID adding =
                pins.addEntryListener((EntryAddedListener<Object, Object>) event -> added.add(event.getKey()), false);
        try {
            for (int i = 2; i < 4; i++) {
                frontends.add(startFrontend(cluster, ports.get(i - 2), ports, options, tls));
                awaitThreeNodes(i);
            }
            Client its = new Client(TLS_1_2);
            for (int i = 2; i < 4; i++) { // the second time the key is as new
                its.get(i);
                await().until(() -> !added.isEmpty());
                // asked for: else the grid looks for what is over every few seconds
                await().until(() -> added.stream().noneMatch(pins::containsKey));
                for (int j = 0; j < 4; j++) {
                    String name = mBean(j);
                    await().until(() -> TestNode.attribute(name, "MovedPins").equals(pins.size()));
                }
                added.clear();
            }
            assertThat(its.tls.handshakes).hasSize(1);
        } finally {
            pins.removeEntryListener(adding);
            while (frontends.size() > 2) {
                frontends.remove(2).node().close();
            }
        }
    }

    /** Last: the cluster is smaller afterwards. */
    @Test
    @Order(4)
    void owner_killed_clientsMoveOnce_allAgree() throws Exception {
        List<Client> clients = clients(TLS_1_2);
        for (Client its : clients) {
            its.get(0);
        }
        clients.removeIf(its -> !its.homes.contains("n1"));
        assertThat(clients).isNotEmpty();
        nodes.get(0).crash();
        for (Client its : clients) {
            its.homes.clear();
            for (int j = 0; j < 4; j++) {
                its.get(j % 2);
            }
            assertThat(its.tls.handshakes).hasSize(1);
            assertOneHome(its);
            assertThat(its.homes).doesNotContain("n1");
        }
    }
}
