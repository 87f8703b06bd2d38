package io.jvmroute.it;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Tomcats n1, n2 … with the {@link TallyServlet}, whose writes to the map of pins are counted: by Hazelcast's own statistics, which a configuration file of its turns on.
 */
final class PinCountingNodes implements AutoCloseable {
    private static final String CLUSTER = "mass-failover";
    private static final String HAZELCAST = """
            hazelcast:
              cluster-name: mass-failover
              properties:
                hazelcast.local.localAddress: 127.0.0.1
                hazelcast.jmx: true
                hazelcast.jmx.update.period.seconds: 1
              map:
                jvmroute.pins:
                  statistics-enabled: true
                  merge-policy: {class-name: io.jvmroute.hazelcast.PinMergePolicy}
              advanced-network:
                enabled: true
                join: {auto-detection: {enabled: false}, tcp-ip: {enabled: true, member-list: ["%s"]}}
                member-server-socket-endpoint-config: {port: {port: %d, auto-increment: false}}
            """;
    private static final String CONNECTOR = "maxKeepAliveRequests=\"-1\"";

    private final Map<String, TomcatNode> nodes = new TreeMap<>();
    private final Map<String, NodeJmx> jmx = new TreeMap<>();
    private final List<ServerNode> frontends = new ArrayList<>();
    private final List<String> members;

    private PinCountingNodes(List<String> members) {
        this.members = members;
    }

    /** Starts them; {@code copies}: their Tomcats copy all sessions to each other. */
    static PinCountingNodes start(int count, boolean copies) throws IOException {
        FreePorts ports = new FreePorts();
        int[] hazelcast = IntStream.range(0, count).map(i -> ports.take()).toArray();
        List<String> replication = copies ? NodeGroup.replication(count) : List.of();
        PinCountingNodes started = new PinCountingNodes(
                IntStream.of(hazelcast).mapToObj(port -> "127.0.0.1:" + port).toList());
        try {
            for (int i = 0; i < count; i++) {
                started.add("n" + (i + 1), hazelcast[i], copies ? replication.get(i) : "");
            }
            return started;
        } catch (IOException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private void add(String route, int hazelcastPort, String replication) throws IOException {
        TomcatBase base = TomcatNode.named(TomcatRuntime.tomcat11(), CLUSTER + "-" + route)
                .route(route)
                .connector(CONNECTOR)
                .jvmArguments("-Xmx1g")
                .lib(TomcatRuntime.jar());
        Path file = base.folder().resolve("conf/hazelcast.yaml");
        Files.writeString(file, HAZELCAST.formatted(String.join("\", \"", members), hazelcastPort));
        base.engine("<Valve className=\"io.jvmroute.tomcat.AffinityValve\" hazelcastConfig=\"" + file
                        + "\" drainTimeout=\"1s\"/>")
                .engine(replication);
        WebArchive.writeDistributable(base.folder().resolve("webapps/tally.war"), TallyServlet.class);
        TomcatNode node = base.node();
        nodes.put(route, node);
        node.start();
        jmx.put(route, NodeJmx.attach(node.handle().pid(), route));
    }

    /** A Tomcat and a Jetty without applications before them. */
    PinCountingNodes withFrontends() throws IOException {
        String list = String.join(",", members);
        frontends.add(TomcatNode.named(TomcatRuntime.tomcat11(), CLUSTER + "-tomcat")
                .connector(CONNECTOR)
                .lib(TomcatRuntime.jar())
                .engine("<Valve className=\"io.jvmroute.tomcat.AffinityValve\" mode=\"frontend\" members=\"" + list
                        + "\" clusterName=\"" + CLUSTER + "\" hazelcastPort=\"0\"/>")
                .node());
        frontends.add(JettyNode.named(CLUSTER + "-jetty")
                .withJvmroute()
                .option("mode", "frontend")
                .option("members", list)
                .option("clusterName", CLUSTER)
                .option("hazelcastPort", "0")
                .node());
        for (ServerNode frontend : frontends) {
            frontend.start();
        }
        return this;
    }

    /** The application at the frontends; without any, at two nodes that are not {@code route}. */
    List<URI> entriesBut(String route) {
        return frontends.isEmpty()
                ? nodes.entrySet().stream()
                        .filter(node -> !node.getKey().equals(route))
                        .limit(2)
                        .map(node -> node.getValue().uri("/tally/"))
                        .toList()
                : frontends.stream().map(frontend -> frontend.uri("/tally/")).toList();
    }

    URI tally(String route) {
        return node(route).uri("/tally/");
    }

    private TomcatNode node(String route) {
        return Objects.requireNonNull(nodes.get(route), route);
    }

    /** Waits until each node finds the sessions of each other one, and so do the frontends. */
    void awaitCluster() throws IOException {
        List<URI> entries = new ArrayList<>();
        nodes.keySet().forEach(route -> entries.add(tally(route)));
        frontends.forEach(frontend -> entries.add(frontend.uri("/tally/")));
        for (String route : nodes.keySet()) {
            String id = TallyConnection.ask(tally(route), "begin", "").cookie();
            for (URI entry : entries) {
                Awaitility.await()
                        .atMost(ServerProcess.LIMIT)
                        .ignoreExceptions()
                        .until(() ->
                                TallyConnection.ask(entry, "where", id).node().equals(route));
            }
        }
    }

    /** Waits until no node has anything to write, and none has written since the last look; how many writes the living nodes have counted. */
    long awaitRest() {
        long[] before = {-1};
        return Awaitility.await()
                .atMost(ServerProcess.LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1200)) // Hazelcast shows what it counted a second ago
                .until(
                        () -> {
                            long now = writes();
                            boolean rests = now == before[0] && backlog() == 0;
                            before[0] = now;
                            return rests ? now : -1L;
                        },
                        writes -> writes >= 0);
    }

    /** How many writes to the map of pins the living nodes have counted. */
    long writes() throws IOException {
        long sum = 0;
        for (NodeJmx each : jmx.values()) {
            sum += each.pinWrites();
        }
        return sum;
    }

    private int backlog() {
        return jmx.values().stream()
                .mapToInt(each -> each.affinity().getPinBacklog())
                .sum();
    }

    void kill(String route) throws IOException {
        Objects.requireNonNull(jmx.remove(route), route).close();
        node(route).kill();
    }

    @Override
    public void close() throws IOException {
        try {
            for (NodeJmx each : jmx.values()) {
                each.close();
            }
        } finally {
            frontends.forEach(ServerNode::close);
            nodes.values().forEach(TomcatNode::close);
        }
    }
}
