package io.jvmroute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.forward.BackendTls;
import io.jvmroute.forward.Forwards;
import io.jvmroute.forward.HealthProbe;
import io.jvmroute.forward.PoolStatistics;
import io.jvmroute.testing.BlackHole;
import io.jvmroute.testing.RawBackend;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ReachabilityTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final int MOST_QUEUED = 100;
    private static final URI NOWHERE = URI.create("http://nowhere.invalid:80"); // RFC 6761 §6.4

    @Test
    void nodesThatFroze_areLookedAtTogether() throws Exception {
        List<ServerSocket> frozen = new ArrayList<>();
        List<Node> nodes = new ArrayList<>();
        RecordedForwards forwards = new RecordedForwards(Set.of());
        for (int i = 0; i < 8; i++) {
            ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            frozen.add(socket);
            URI url = URI.create("http://127.0.0.1:" + socket.getLocalPort());
            nodes.add(new Node("n" + i, "life", url, NodeState.READY, 1, 0, 0, "", /* member= */ false));
        }
        NodeDirectory directory = new NodeDirectory(null);
        directory.update(nodes);
        HealthProbe probe =
                new HealthProbe(new BackendTls(null), LONG, LONG); // one look would take all the time there is
        try (Reachability reachability = new Reachability(directory, true, probe, forwards, () -> now, down -> {})) {
            Thread looking = new Thread(() -> probe(reachability), "looking");
            looking.start();
            List<Socket> asked = new ArrayList<>();
            for (ServerSocket socket : frozen) {
                socket.setSoTimeout((int) Duration.ofMinutes(3).toMillis());
                asked.add(socket.accept());
            }
            for (Socket client : asked) {
                client.close();
            }
            looking.join();
        }
        assertThat(directory.suspects()).hasSize(8);
        await().untilAsserted(
                        () -> assertThat(forwards.givenUp).containsExactlyInAnyOrderElementsOf(directory.suspects()));
        for (ServerSocket socket : frozen) {
            socket.close();
        }
    }

    @Test
    void nodeThatTheGridLost_isLookedAtAtOnce_andOnce() throws Exception {
        try (ServerSocket frozen = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            URI url = URI.create("http://127.0.0.1:" + frozen.getLocalPort());
            NodeDirectory directory = new NodeDirectory(null);
            HealthProbe probe = new HealthProbe(new BackendTls(null), LONG, LONG);
            RecordedForwards forwards = new RecordedForwards(Set.of());
            try (Reachability reachability =
                    new Reachability(directory, true, probe, forwards, () -> now, down -> {})) {
                directory.onChange(reachability::observe);
                Node node = new Node("n1", "life", url, NodeState.READY, 1, 0, 0, "", /* member= */ true);
                directory.update(List.of(node));
                directory.update(List.of());
                frozen.setSoTimeout((int) Duration.ofMinutes(3).toMillis());
                frozen.accept().close();
                await().until(() -> directory.suspects().size() == 1);

                directory.update(List.of()); // once more the same
                frozen.setSoTimeout((int) SHORT.toMillis());
                assertThatThrownBy(frozen::accept).isInstanceOf(SocketTimeoutException.class);

                directory.update(List.of(node));
                directory.update(List.of());
                frozen.setSoTimeout((int) Duration.ofMinutes(3).toMillis());
                frozen.accept().close();
            }
        }
    }

    @Test
    void probe_swallowsWhatComes_isGivenUp() throws Exception {
        try (BlackHole hole = new BlackHole()) {
            hole.swallow();
            assertThat(givenUp(hole.port())).hasSize(1);
        }
    }

    @Test
    void probe_refuses_mayFinishWhatItHas() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        assertThat(givenUp(port)).isEmpty();
    }

    /** Who is given up after one look at a suspect node that listens there. */
    private List<Node> givenUp(int port) throws InterruptedException {
        URI url = URI.create("http://127.0.0.1:" + port);
        Node node = new Node("n2", "life", url, NodeState.READY, 1, 0, 0, "", /* member= */ true);
        NodeDirectory directory = new NodeDirectory(null);
        directory.update(List.of(node));
        directory.suspect(node);
        RecordedForwards forwards = new RecordedForwards(Set.of());
        HealthProbe probe = new HealthProbe(new BackendTls(null), SHORT, SHORT);
        try (Reachability reachability = new Reachability(directory, true, probe, forwards, () -> now, down -> {})) {
            reachability.probe();
        }
        return List.copyOf(forwards.givenUp);
    }

    // ---- hops that wait ----

    /** Nothing runs but hops that wait for some nodes. */
    private static class RecordedForwards implements Forwards {
        final Queue<Node> givenUp = new ConcurrentLinkedQueue<>();
        private final Set<String> slow;

        RecordedForwards(Set<String> slow) {
            this.slow = slow;
        }

        @Override
        public boolean keepsWaiting(Node node, Duration atLeast) {
            return slow.contains(node.route());
        }

        @Override
        public void giveUp(Node node) {
            givenUp.add(node);
        }

        @Override
        public int inFlight() {
            return slow.size();
        }

        @Override
        public int inFlight(Node node) {
            return slow.contains(node.route()) ? 1 : 0;
        }

        @Override
        public PoolStatistics statistics() {
            return new PoolStatistics(0, 0);
        }

        @Override
        public PoolStatistics statistics(Node node) {
            return new PoolStatistics(0, 0);
        }

        @Override
        public int openTunnels() {
            return 0;
        }

        @Override
        public void endTunnels() {}

        @Override
        public void retain(Collection<Node> nodes) {}

        @Override
        public boolean tryRetry() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static Node member(String route, int port) {
        URI url = URI.create("http://127.0.0.1:" + port);
        return new Node(route, "life of " + route, url, NodeState.READY, 1, 0, 0, "", /* member= */ true);
    }

    /** What so many looks at members, all of which the grid sees, lead to: suspects, who is given up, who is reported. */
    private List<List<Node>> lookedAt(int rounds, Set<String> slow, Node... members) throws Exception {
        NodeDirectory directory = new NodeDirectory(null);
        directory.update(List.of(members));
        RecordedForwards forwards = new RecordedForwards(slow);
        Queue<Node> reported = new ConcurrentLinkedQueue<>();
        HealthProbe probe = new HealthProbe(new BackendTls(null), SHORT, SHORT);
        try (Reachability reachability = new Reachability(directory, true, probe, forwards, () -> now, reported::add)) {
            for (int i = 0; i < rounds; i++) {
                reachability.probe();
                now += Duration.ofSeconds(1).toNanos();
            }
        }
        return List.of(directory.suspects(), List.copyOf(forwards.givenUp), List.copyOf(reported));
    }

    @Test
    void probe_keepsAHopWaitingAndSwallowsWhatComes_isGivenUpAndReported() throws Exception {
        try (BlackHole hole = new BlackHole()) {
            hole.swallow();
            Node slow = member("n2", hole.port());
            Node unused = member("n3", hole.port());
            assertThat(lookedAt(1, Set.of("n2"), slow, unused))
                    .containsExactly(List.of(slow), List.of(slow), List.of(slow));
        }
    }

    /** What waits has got something while its node was tried. */
    @Test
    void probe_keptAHopWaitingAndSwallowsWhatComes_isLeftAlone() throws Exception {
        try (BlackHole hole = new BlackHole()) {
            hole.swallow();
            Node node = member("n2", hole.port());
            NodeDirectory directory = new NodeDirectory(null);
            directory.update(List.of(node));
            AtomicInteger asked = new AtomicInteger();
            RecordedForwards forwards = new RecordedForwards(Set.of("n2")) {
                @Override
                public boolean keepsWaiting(Node its, Duration atLeast) {
                    return asked.getAndIncrement() < 2;
                }
            };
            HealthProbe probe = new HealthProbe(new BackendTls(null), SHORT, SHORT);
            try (Reachability reachability =
                    new Reachability(directory, true, probe, forwards, () -> now, down -> {})) {
                reachability.probe();
            }
            assertThat(asked).hasValue(3);
            assertThat(directory.suspects()).isEmpty();
            assertThat(forwards.givenUp).isEmpty();
        }
    }

    /** Name services fail too, and sockets run out. */
    @Test
    void probe_addressUnknownHere_isNeitherSuspectNorGivenUp() throws Exception {
        Node slow = new Node("n2", "life", NOWHERE, NodeState.READY, 1, 0, 0, "", /* member= */ true);
        assertThat(lookedAt(1, Set.of("n2"), slow)).containsOnly(List.of());
        Node backend = Node.ofStatic("n2", NOWHERE, 1);
        assertThat(afterTheFall(backend)).isEmpty();
    }

    /** A backend that others check is not taken back by a look, but what waits for it is given up. */
    @Test
    void probe_checkedBackendSwallowsWhatComes_isGivenUp() throws Exception {
        try (BlackHole hole = new BlackHole()) {
            hole.swallow();
            Node backend = Node.ofStatic("n2", URI.create("http://127.0.0.1:" + hole.port()), 1);
            assertThat(afterTheFall(backend)).containsExactly(backend);
        }
        try (ServerSocket ill = new ServerSocket(0, MOST_QUEUED, InetAddress.getLoopbackAddress())) {
            Node backend = Node.ofStatic("n2", URI.create("http://127.0.0.1:" + ill.getLocalPort()), 1);
            assertThat(afterTheFall(backend)).isEmpty();
        }
    }

    /** Who is given up after one look at this suspect, which others check, and which still is one then. */
    private List<Node> afterTheFall(Node backend) throws Exception {
        NodeDirectory directory = new NodeDirectory(null, List.of(backend));
        directory.suspect(backend);
        RecordedForwards forwards = new RecordedForwards(Set.of());
        HealthProbe probe = new HealthProbe(new BackendTls(null), SHORT, SHORT);
        try (Reachability reachability =
                new Reachability(directory, /* looksAtBackends= */ false, probe, forwards, () -> now, down -> {})) {
            reachability.probe();
        }
        assertThat(directory.suspects()).containsExactly(backend);
        return List.copyOf(forwards.givenUp);
    }

    /** It may be about to finish what it has. */
    @Test
    void probe_keepsAHopWaitingAndRefuses_isLeftAlone() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        assertThat(lookedAt(1, Set.of("n2"), member("n2", port))).containsOnly(List.of());
    }

    /** An application that is slow, and busy with all its threads: connections are accepted, and nobody answers. */
    @Test
    void probe_keepsAHopWaiting_isLeftAloneAndLookedAtNowAndThen() throws Exception {
        try (ServerSocket busy = new ServerSocket(0, MOST_QUEUED, InetAddress.getLoopbackAddress())) {
            assertThat(lookedAt(11, Set.of("n2"), member("n2", busy.getLocalPort())))
                    .containsOnly(List.of());
            awaitConnections(busy, 4); // every third second
        }
    }

    /** So many came and no more. */
    private static void awaitConnections(ServerSocket server, int expected) throws Exception {
        server.setSoTimeout((int) Duration.ofMinutes(3).toMillis());
        for (int i = 0; i < expected; i++) {
            server.accept().close();
        }
        server.setSoTimeout((int) SHORT.toMillis());
        assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void doubt_swallowsWhatComes_isSuspectAndNotReportedAgain() throws Exception {
        try (BlackHole hole = new BlackHole();
                ServerSocket well = new ServerSocket(0, MOST_QUEUED, InetAddress.getLoopbackAddress())) {
            hole.swallow();
            Node gone = member("n2", hole.port());
            Node seen = member("n3", well.getLocalPort());
            NodeDirectory directory = new NodeDirectory(null);
            Node unknown = new Node("n4", "life", NOWHERE, NodeState.READY, 1, 0, 0, "", /* member= */ true);
            directory.update(List.of(gone, seen, unknown));
            Queue<Node> reported = new ConcurrentLinkedQueue<>();
            HealthProbe probe = new HealthProbe(new BackendTls(null), SHORT, SHORT);
            try (Reachability reachability = new Reachability(
                    directory, true, probe, new RecordedForwards(Set.of()), () -> now, reported::add)) {
                reachability.doubt(unknown);
                reachability.doubt(gone);
                reachability.doubt(seen);
                await().untilAsserted(() -> assertThat(directory.suspects()).containsExactly(gone));
                awaitConnections(well, 1);
            }
            assertThat(directory.suspects()).containsExactly(gone);
            assertThat(reported).isEmpty();
        }
    }

    private static void probe(Reachability reachability) {
        try {
            reachability.probe();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // ---- flapping ----

    private long now;

    private NodeDirectory flapping(Node node, int falls) {
        NodeDirectory directory = new NodeDirectory(null, List.of(), Reachability.INTERVAL, () -> now);
        directory.update(List.of(node));
        for (int i = 0; i < falls; i++) {
            directory.recovered(node);
            directory.suspect(node);
        }
        return directory;
    }

    /** One look at a node that answers well. */
    private List<Node> suspectsAfterALook(NodeDirectory directory, RawBackend answering) throws Exception {
        answering.follow(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        HealthProbe probe = new HealthProbe(new BackendTls(null), LONG, LONG);
        try (Reachability reachability =
                new Reachability(directory, true, probe, new RecordedForwards(Set.of()), () -> now, down -> {})) {
            reachability.probe();
        }
        answering.verify();
        return directory.suspects();
    }

    @Test
    void probe_heldDown_isTakenBackWhenTheTimeIsOver() throws Exception {
        try (RawBackend answering = new RawBackend()) {
            URI url = URI.create("http://127.0.0.1:" + answering.port());
            Node node = new Node("n2", "life", url, NodeState.READY, 1, 0, 0, "", /* member= */ true);
            Node other = new Node("n3", "life", url, NodeState.READY, 1, 0, 0, "", /* member= */ true);
            NodeDirectory directory = flapping(node, 3);
            directory.update(List.of(node, other));

            assertThat(suspectsAfterALook(directory, answering)).containsExactly(node);
            now += Duration.ofSeconds(4).toNanos() - 1;
            assertThat(suspectsAfterALook(directory, answering)).containsExactly(node);
            now += 1;
            assertThat(suspectsAfterALook(directory, answering)).isEmpty();
        }
    }

    @Test
    void probe_heldDownAndNobodyElse_isTakenBack() throws Exception {
        try (RawBackend answering = new RawBackend()) {
            URI url = URI.create("http://127.0.0.1:" + answering.port());
            Node node = new Node("n2", "life", url, NodeState.READY, 1, 0, 0, "", /* member= */ true);
            assertThat(suspectsAfterALook(flapping(node, 3), answering)).isEmpty();
        }
    }
}
