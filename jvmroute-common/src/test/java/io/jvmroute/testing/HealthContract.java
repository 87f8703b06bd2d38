package io.jvmroute.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What makes a frontend give a node up and take it back, and what must not; and requests that come while there is none. */
public abstract class HealthContract {
    private static final String WELL = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n";
    private static final int MUCH = 32 << 20; // more than all buffers between a backend and a client
    private static final int ATTEMPTS = 10;

    private final String cluster = "test-" + UUID.randomUUID();
    private final List<AutoCloseable> started = new ArrayList<>();
    private LogLines log;

    /** Starts a container; {@code members} are Hazelcast ports of the whole cluster, no {@code route} makes a frontend. */
    protected abstract TestNode start(
            String cluster,
            @Nullable String route,
            int hazelcastPort,
            List<Integer> members,
            Map<String, String> options)
            throws Exception;

    @BeforeEach
    void listen() {
        log = new LogLines("io.jvmroute");
    }

    @AfterEach
    void stop() throws Exception {
        log.close();
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).close();
        }
    }

    private TestNode frontend(String backends) throws Exception {
        return frontend(backends, Map.of());
    }

    private TestNode frontend(String backends, Map<String, String> more) throws Exception {
        List<Integer> ports = TestNode.freePorts(1);
        Map<String, String> options = new HashMap<>(more);
        options.put("mode", "frontend");
        options.put("backends", backends);
        TestNode frontend = start(cluster, null, ports.get(0), ports, options);
        started.add(frontend);
        return frontend;
    }

    private RawBackend backend(int port, String body) throws IOException {
        RawBackend backend = new RawBackend(port);
        started.add(backend);
        answer(backend, body);
        return backend;
    }

    private static void answer(RawBackend backend, String body) {
        backend.follow(peer -> {
            peer.readHead();
            peer.write(WELL + body);
        });
    }

    private static String get(TestNode frontend, String id) throws IOException {
        return RawClient.send(
                frontend.port(),
                "GET / HTTP/1.1\r\nHost: a\r\nCookie: JSESSIONID=" + id + "\r\nConnection: close\r\n\r\n");
    }

    private List<String> suspicions() {
        return log.lines().stream().filter(line -> line.contains(" suspect: ")).toList();
    }

    // ---- flapping ----

    @Test
    void port_opensAndCloses_movesItsClientsLessOftenEachTime() throws Exception {
        List<Integer> ports = TestNode.freePorts(2);
        RawBackend one = backend(ports.get(0), "n1");
        backend(ports.get(1), "n2");
        TestNode frontend = frontend("n1=http://127.0.0.1:" + ports.get(0) + ",n2=http://127.0.0.1:" + ports.get(1));
        for (int heldDown : new int[] {0, 2, 4}) { // seconds
            assertThat(get(frontend, "x.n1")).endsWith("n1");
            one.close();
            long fell = System.nanoTime();
            assertThat(get(frontend, "x.n1")).endsWith("n2");
            if (heldDown > 0) {
                assertThat(suspicions()).last().asString().endsWith("held down " + heldDown + " s");
                assertThat(frontend.explain("x.n1")).contains("can't be reached, and is held down ");
            }

            one = backend(ports.get(0), "n1");
            await().until(() -> get(frontend, "x.n1").endsWith("n1"));
            assertThat(Duration.ofNanos(System.nanoTime() - fell)).isGreaterThan(Duration.ofSeconds(heldDown));
        }
        assertThat(suspicions()).hasSize(3);
    }

    // ---- what clients do ----

    private void assertWell(TestNode frontend, RawBackend backend) throws Exception {
        await().until(() -> frontend.jmx("ForwardsInFlight").equals(0));
        answer(backend, "ok");
        assertThat(get(frontend, "x.n1")).startsWith("HTTP/1.1 200").endsWith("ok");
        assertThat((String[]) frontend.jmx("Nodes")).singleElement().asString().startsWith("n1 READY http");
        assertThat(suspicions()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 408, 413, 429, 431, 500, 502, 503, 504})
    void application_answersWithAnError_staysInUse(int status) throws Exception {
        RawBackend backend = backend(0, "");
        TestNode frontend = frontend("n1=http://127.0.0.1:" + backend.port());
        backend.follow(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 " + status + " Told\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        for (int i = 0; i < 20; i++) {
            assertThat(get(frontend, "x.n1")).startsWith("HTTP/1.1 " + status);
        }
        assertWell(frontend, backend);
    }

    @Test
    void client_sendsNonsense_nobodySuffers() throws Exception {
        RawBackend backend = backend(0, "");
        TestNode frontend = frontend("n1=http://127.0.0.1:" + backend.port());
        for (String nonsense : List.of(
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nJvmroute-Hop: forged\r\nConnection: close\r\n\r\n")) {
            assertThat(RawClient.send(frontend.port(), nonsense)).startsWith("HTTP/1.1 400");
        }
        assertWell(frontend, backend);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello"})
    void client_goesAway_whileItWaitsOrReads_nobodySuffers(String begun) throws Exception {
        RawBackend backend = backend(0, "");
        TestNode frontend = frontend("n1=http://127.0.0.1:" + backend.port());
        CountDownLatch asked = new CountDownLatch(1);
        backend.follow(peer -> {
            peer.readHead();
            peer.write(begun);
            asked.countDown();
            peer.awaitEnd();
        });
        try (RawPeer client = RawPeer.connect(frontend.port())) {
            client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            asked.await();
            if (!begun.isEmpty()) {
                client.readUntil("hello");
            }
        }
        backend.verify(); // its connection has ended
        assertWell(frontend, backend);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 100\r\n\r\nhello",
                "Content-Length: 1000000\r\n\r\nhello",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
            })
    void client_goesAway_whileItSends_nobodySuffers(String request) throws Exception {
        RawBackend backend = backend(0, "");
        TestNode frontend = frontend("n1=http://127.0.0.1:" + backend.port());
        backend.follow(RawPeer::awaitEnd);
        try (RawPeer client = RawPeer.connect(frontend.port())) {
            client.write("POST / HTTP/1.1\r\nHost: a\r\n" + request);
            await().until(() -> frontend.jmx("ForwardsInFlight").equals(1));
        }
        assertWell(frontend, backend);
    }

    @Test
    void client_readsSlowly_nobodySuffers() throws Exception {
        RawBackend backend = backend(0, "");
        TestNode frontend = frontend("n1=http://127.0.0.1:" + backend.port());
        CountDownLatch asked = new CountDownLatch(1);
        backend.follow(peer -> {
            peer.readHead();
            asked.countDown();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: " + MUCH + "\r\nConnection: close\r\n\r\n");
            peer.out.write(new byte[MUCH]);
        });
        try (RawPeer client = RawPeer.connect(frontend.port())) {
            client.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            asked.await();
            await().pollDelay(Duration.ofMillis(1_500)) // longer than a look
                    .until(() -> frontend.jmx("ForwardsInFlight").equals(1));
            assertThat((String[]) frontend.jmx("Nodes")).noneMatch(node -> node.contains("SUSPECT"));
            assertThat(client.in.readAllBytes()).hasSizeGreaterThan(MUCH);
        }
        assertWell(frontend, backend);
    }

    // ---- silence ----

    /** What goes over connections that are open already notices nothing of it by itself. */
    @Test
    void network_swallowsWhatIsSent_openConnectionsAreGivenUp() throws Exception {
        RawBackend well = backend(0, "n2");
        try (BlackHole hole = new BlackHole()) {
            TestNode frontend = frontend(
                    "n1=http://127.0.0.1:" + hole.port() + ",n2=http://127.0.0.1:" + well.port(),
                    Map.of("connectTimeout", "1s", "responseTimeout", "10m")); // which is more than a client here waits
            try (RawPeer client = RawPeer.connect(frontend.port())) {
                client.write("GET / HTTP/1.1\r\nHost: a\r\nCookie: JSESSIONID=x.n1\r\n\r\n");
                try (RawPeer open = hole.accept()) {
                    open.readHead();
                    open.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nn1");
                    client.readUntil("n1");
                    client.write("GET / HTTP/1.1\r\nHost: a\r\nCookie: JSESSIONID=x.n1\r\n\r\n");
                    open.readHead();
                    hole.swallow();
                    assertThat(client.readHead()).startsWith("HTTP/1.1 504");
                }
            }
            assertThat(get(frontend, "x.n1")).endsWith("n2");
            assertThat(suspicions()).singleElement().asString().contains("while requests wait for it");
        }
    }

    /** Checks that are answered well, and seldom, don't find out. */
    @Test
    void network_swallowsWhatIsSent_betweenTwoChecks_openConnectionsAreGivenUp() throws Exception {
        try (BlackHole hole = new BlackHole()) {
            TestNode frontend = frontend(
                    "n1=http://127.0.0.1:" + hole.port(),
                    Map.of(
                            "healthPath", "/health",
                            "healthInterval", "1h",
                            "connectTimeout", "1s",
                            "responseTimeout", "10m"));
            try (RawPeer client = RawPeer.connect(frontend.port())) {
                client.write("GET / HTTP/1.1\r\nHost: a\r\nCookie: JSESSIONID=x.n1\r\n\r\n");
                started.add(acceptRequest(hole));
                hole.swallow();
                assertThat(client.readHead()).startsWith("HTTP/1.1 504");
            }
            assertThat(suspicions()).singleElement().asString().contains("while requests wait for it");
        }
    }

    /** The next connection with a request of a client; the check is answered well. */
    private static RawPeer acceptRequest(BlackHole hole) throws IOException {
        while (true) {
            RawPeer peer = hole.accept();
            if (!peer.readHead().startsWith("GET /health")) {
                return peer;
            }
            try (peer) {
                peer.write(WELL + "ok");
            }
        }
    }

    @Test
    void application_isSlowAndItsCheckFails_isGivenItsTime() throws Exception {
        RawBackend backend = backend(0, "");
        CountDownLatch checks = new CountDownLatch(4);
        CountDownLatch asked = new CountDownLatch(1);
        backend.follow(peer -> {
            if (!peer.readHead().startsWith("GET /health")) {
                asked.countDown();
                checks.await();
                peer.write(WELL + "ok");
            } else if (asked.getCount() == 0) {
                checks.countDown(); // closed without an answer
            } else {
                peer.write(WELL + "ok");
            }
        });
        TestNode frontend = frontend(
                "n1=http://127.0.0.1:" + backend.port(),
                Map.of("healthPath", "/health", "healthInterval", "100ms", "healthFall", "1"));
        assertThat(get(frontend, "x.n1")).endsWith("ok");
        assertThat(log.lines()).anyMatch(line -> line.contains("route=n1 DOWN"));
    }

    @Test
    void application_isSlow_isLookedAtAndNobodySuffers() throws Exception {
        RawBackend backend = backend(0, "");
        TestNode frontend = frontend("n1=http://127.0.0.1:" + backend.port());
        CountDownLatch lookedAt = new CountDownLatch(2); // the first connection is the request's
        backend.follow(peer -> {
            lookedAt.countDown();
            if (lookedAt.getCount() == 1) {
                peer.readHead();
                lookedAt.await();
                peer.write(WELL + "ok");
            }
        });
        assertThat(get(frontend, "x.n1")).endsWith("ok");
        backend.verify();
        assertWell(frontend, backend);
    }

    @Test
    void node_refusesOneFrontend_theOtherLooksAtOnce() throws Exception {
        List<Integer> ports = TestNode.freePorts(3);
        RawBackend door = backend(0, ""); // what the node says is its address
        String url = "http://127.0.0.1:" + door.port();
        started.add(start(cluster, "n1", ports.get(0), ports, Map.of("url", url)));
        List<TestNode> frontends = new ArrayList<>();
        for (int port : ports.subList(1, 3)) {
            TestNode frontend = start(cluster, null, port, ports, Map.of("mode", "frontend"));
            started.add(frontend);
            frontends.add(frontend);
        }
        for (TestNode frontend : frontends) {
            await().until(() -> ((Object[]) frontend.jmx("Nodes")).length == 1);
        }
        door.close();
        assertThat(get(frontends.get(0), "x.n1")).startsWith("HTTP/1.1 503");
        await().untilAsserted(() -> assertThat(suspicions()).hasSize(2));
        assertThat(suspicions()).last().asString().endsWith("as another member says");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n", // gets the beginning of a body
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + MUCH + "\r\n\r\n" // which nobody reads
            })
    void backend_standsStillAmidABody_isLookedAt(String request) throws Exception {
        RawBackend backend = backend(0, "");
        TestNode frontend = frontend("n1=http://127.0.0.1:" + backend.port());
        CountDownLatch lookedAt = new CountDownLatch(2); // the first connection is the request's
        backend.follow(peer -> {
            lookedAt.countDown();
            if (lookedAt.getCount() == 1) {
                if (peer.readHead().startsWith("GET")) {
                    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello");
                }
                lookedAt.await();
            }
        });
        try (RawPeer client = RawPeer.connect(frontend.port())) {
            client.write(request);
            if (request.startsWith("POST")) {
                Thread sender = new Thread(() -> sendMuch(client));
                sender.start();
                lookedAt.await();
                client.socket.close();
                sender.join();
            }
            lookedAt.await();
        }
        backend.verify();
        assertWell(frontend, backend);
    }

    private static void sendMuch(RawPeer client) {
        try {
            client.out.write(new byte[MUCH]);
        } catch (IOException e) { // closed, when that was what it was for
        }
    }

    /** A client that reads or sends slowly, or says nothing in a tunnel, is no silence of its backend's. */
    @Test
    void client_takesItsTime_backendIsNotLookedAt() throws Exception {
        RawBackend backend = backend(0, "");
        TestNode frontend = frontend("n1=http://127.0.0.1:" + backend.port());
        AtomicInteger connections = new AtomicInteger();
        backend.follow(peer -> {
            connections.incrementAndGet();
            String head = peer.readHead();
            if (head.startsWith("GET /much")) {
                peer.write("HTTP/1.1 200 OK\r\nContent-Length: " + MUCH + "\r\n\r\n");
                try {
                    peer.out.write(new byte[MUCH]);
                } catch (IOException e) { // its reader went away at the end of the test
                }
            } else if (head.startsWith("GET /tunnel")) {
                peer.write("HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n");
            }
            peer.awaitEnd();
        });
        try (RawPeer reader = RawPeer.connect(frontend.port());
                RawPeer sender = RawPeer.connect(frontend.port());
                RawPeer tunnel = RawPeer.connect(frontend.port())) {
            reader.write("GET /much HTTP/1.1\r\nHost: a\r\n\r\n");
            sender.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nhello");
            tunnel.write(
                    "GET /tunnel HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: raw\r\nSec-WebSocket-Key: x\r\n\r\n");
            reader.readHead();
            tunnel.readHead();
            await().untilAsserted(() -> assertThat(connections).hasValue(3));
            await().pollDelay(Duration.ofSeconds(6)) // longer than it would take
                    .untilAsserted(() -> assertThat(connections).hasValue(3));
        }
        backend.verify();
        assertWell(frontend, backend);
    }

    // ---- nobody is ready ----

    /**
     * Whether a request that came while the only node was out got its answer from it; false if it took longer to come back than a request waits, as it may
     * on a busy machine.
     */
    private static boolean waited(TestNode frontend, TestNode node, String id) throws Exception {
        node.operate("maintenance");
        await().until(() -> ((String[]) frontend.jmx("Nodes"))[0].startsWith("n1 MAINTENANCE"));
        try (RawPeer client = RawPeer.connect(frontend.port())) {
            client.write(
                    "GET /session HTTP/1.1\r\nHost: a\r\nCookie: JSESSIONID=" + id + "\r\nConnection: close\r\n\r\n");
            client.socket.setSoTimeout(300);
            try {
                assertThat(client.in.read()).as("answered at once").isNegative();
            } catch (SocketTimeoutException waits) {
                client.socket.setSoTimeout(180_000);
            }
            node.operate("ready");
            return client.readAll().contains("Node: n1");
        } finally {
            node.operate("ready");
            await().until(() -> ((String[]) frontend.jmx("Nodes"))[0].startsWith("n1 READY"));
        }
    }

    private void assertWaits(String id) throws Exception {
        List<Integer> ports = TestNode.freePorts(2);
        TestNode node = start(cluster, "n1", ports.get(0), ports, Map.of());
        started.add(node);
        TestNode frontend = start(cluster, null, ports.get(1), ports, Map.of("mode", "frontend"));
        started.add(frontend);
        await().until(() -> ((Object[]) frontend.jmx("Nodes")).length == 1);
        for (int i = 0; i < ATTEMPTS; i++) {
            if (waited(frontend, node, id)) {
                return;
            }
        }
        throw new AssertionError("never answered by the node that came back");
    }

    @Test
    void newVisitor_whileTheOnlyNodeIsOut_waitsForIt() throws Exception {
        assertWaits("");
    }

    @Test
    void sessionOfTheOnlyNode_whileThatIsOut_waitsForIt() throws Exception {
        assertWaits("0123456789ABCDEF.n1");
    }

    @Test
    void backend_refusesForAMoment_requestWaitsForIt() throws Exception {
        int port = TestNode.freePorts(1).get(0);
        TestNode frontend = frontend("n1=http://127.0.0.1:" + port);
        for (int i = 0; i < ATTEMPTS; i++) {
            try (RawPeer client = RawPeer.connect(frontend.port())) {
                client.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                await().pollInterval(Duration.ofMillis(10))
                        .until(() -> ((String[]) frontend.jmx("Nodes"))[0].contains("SUSPECT"));
                try (RawBackend backend = new RawBackend(port)) {
                    answer(backend, "ok");
                    if (client.readAll().endsWith("ok")) {
                        return;
                    }
                }
            }
        }
        throw new AssertionError("never answered by the backend that came back");
    }
}
