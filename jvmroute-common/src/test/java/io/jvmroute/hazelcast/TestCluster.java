package io.jvmroute.hazelcast;

import io.jvmroute.cluster.GridUnavailableException;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.testing.TestNode;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Members of one cluster that nobody else joins. */
final class TestCluster implements AutoCloseable {
    /** Calls may take long: a busy machine is no fault. */
    static final GridSettings.Timing QUICK = new GridSettings.Timing(
            Duration.ofSeconds(9), Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofSeconds(10));

    /** How long a test waits for what must come: far beyond what the busiest machine needs. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private final String name = "test-" + UUID.randomUUID();
    private final List<HazelcastGrid> grids = new ArrayList<>();

    record Joined(HazelcastGrid grid, RecordingListener heard) implements AutoCloseable {
        String address() {
            return "127.0.0.1:" + port();
        }

        int port() {
            return ((InetSocketAddress)
                            grid.joined().member().getLocalEndpoint().getSocketAddress())
                    .getPort();
        }

        @Override
        public void close() {
            grid.close();
        }
    }

    /** Joins those that have joined before. */
    Joined join() throws GridUnavailableException {
        return join(settings -> settings);
    }

    Joined join(UnaryOperator<GridSettings> change) throws GridUnavailableException {
        HazelcastGrid grid = new HazelcastGrid(change.apply(settings()));
        grids.add(grid);
        RecordingListener heard = new RecordingListener();
        grid.join(heard);
        return new Joined(grid, heard);
    }

    GridSettings settings() {
        List<String> members = grids.stream()
                .filter(HazelcastGrid::isJoined)
                .map(grid -> new Joined(grid, new RecordingListener()).address())
                .toList();
        int port = TestNode.freePorts(1).get(0); // one that no outgoing connection gets
        return GridSettings.of(name, "127.0.0.1", port, members).withTiming(QUICK);
    }

    static Node node(String route, NodeState state) {
        return new Node(route, route + "-life", URI.create("http://127.0.0.1:8080"), state, 1, 0, 0, "0", true);
    }

    /** Threads of Hazelcast or ours. */
    static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(thread -> thread.startsWith("hz") || thread.contains("jvmroute"))
                .sorted()
                .toList();
    }

    @Override
    public void close() {
        grids.forEach(HazelcastGrid::close);
    }
}
