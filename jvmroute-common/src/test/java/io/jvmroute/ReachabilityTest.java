package io.jvmroute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.forward.BackendTls;
import io.jvmroute.forward.HealthProbe;
import io.jvmroute.testing.RawBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

final class ReachabilityTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final int MOST_QUEUED = 100;

    @Test
    void nodesThatFroze_areLookedAtTogether() throws Exception {
        List<ServerSocket> frozen = new ArrayList<>();
        List<Node> nodes = new ArrayList<>();
        Queue<Node> silent = new ConcurrentLinkedQueue<>();
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
        try (Reachability reachability = new Reachability(directory, LONG, true, probe, silent::add)) {
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
        await().untilAsserted(() -> assertThat(silent).containsExactlyInAnyOrderElementsOf(directory.suspects()));
        for (ServerSocket socket : frozen) {
            socket.close();
        }
    }

    @Test
    void probe_swallowsWhatComes_isGivenUp() throws Exception {
        List<Socket> queued = new ArrayList<>();
        try (ServerSocket blackHole = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fill(blackHole, queued); // from here on the kernel drops what asks for a connection
            assertThat(givenUp(blackHole.getLocalPort())).hasSize(1);
        } finally {
            for (Socket socket : queued) {
                socket.close();
            }
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
    private static List<Node> givenUp(int port) throws InterruptedException {
        URI url = URI.create("http://127.0.0.1:" + port);
        Node node = new Node("n2", "life", url, NodeState.READY, 1, 0, 0, "", /* member= */ true);
        NodeDirectory directory = new NodeDirectory(null);
        directory.update(List.of(node));
        directory.suspect(node);
        Queue<Node> silent = new ConcurrentLinkedQueue<>();
        HealthProbe probe = new HealthProbe(new BackendTls(null), SHORT, SHORT);
        try (Reachability reachability = new Reachability(directory, SHORT, true, probe, silent::add)) {
            reachability.probe();
        }
        return List.copyOf(silent);
    }

    private static void fill(ServerSocket server, List<Socket> queued) throws IOException {
        while (queued.size() < MOST_QUEUED) {
            Socket socket = new Socket();
            queued.add(socket);
            try {
                socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), 1_000);
            } catch (SocketTimeoutException full) {
                return;
            }
        }
        throw new AssertionError("never full");
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
    private static List<Node> suspectsAfterALook(NodeDirectory directory, RawBackend answering) throws Exception {
        answering.follow(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        HealthProbe probe = new HealthProbe(new BackendTls(null), LONG, LONG);
        try (Reachability reachability = new Reachability(directory, LONG, true, probe, silent -> {})) {
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
