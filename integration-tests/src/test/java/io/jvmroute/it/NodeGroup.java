package io.jvmroute.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Three nodes n1, n2 and n3 for {@link NodeContainer}. Arquillian makes its containers itself, so that they find the nodes here. */
final class NodeGroup implements AutoCloseable {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Map<String, ContractNode> NODES = new LinkedHashMap<>();
    private static final String VALVE =
            "<Valve className=\"io.jvmroute.tomcat.AffinityValve\" members=\"%s\" hazelcastPort=\"%d\" drainTimeout=\"%s\"/>";

    private final List<Integer> hazelcast = new ArrayList<>();
    private final @Nullable SessionDatabase database;
    private final String drainTimeout;
    private boolean copies;

    private NodeGroup(@Nullable SessionDatabase database, String drainTimeout) {
        this.database = database;
        this.drainTimeout = drainTimeout;
        FreePorts ports = new FreePorts();
        for (int i = 0; i < 3; i++) {
            hazelcast.add(ports.take());
        }
        NODES.clear();
    }

    static ContractNode node(String name) {
        return Objects.requireNonNull(NODES.get(name), name);
    }

    /** Jettys whose sessions are in one database, which outlives them all. */
    static NodeGroup jettys() throws IOException {
        return jettys("1s");
    }

    static NodeGroup jettys(String drainTimeout) throws IOException {
        SessionDatabase database = SessionDatabase.start("127.0.0.1");
        NodeGroup group = new NodeGroup(database, drainTimeout);
        for (int i = 0; i < 3; i++) {
            NODES.put("n" + (i + 1), ContractNode.of(database.keepSessionsOf(group.jetty(i))));
        }
        return group;
    }

    /** Tomcats that copy their sessions to each other, as those of the examples do. */
    static NodeGroup tomcats() throws IOException {
        return tomcats("1s");
    }

    static NodeGroup tomcats(String drainTimeout) throws IOException {
        NodeGroup group = new NodeGroup(null, drainTimeout);
        List<String> replication = replication(3);
        for (int i = 0; i < 3; i++) {
            NODES.put(
                    "n" + (i + 1),
                    ContractNode.of(group.tomcat("contract-tomcat", i).engine(replication.get(i)), "n" + (i + 1)));
        }
        group.copies = true;
        return group;
    }

    /** For the Engine of each of so many Tomcats: copies of all sessions on all, as those of the examples have them. */
    static List<String> replication(int nodes) throws IOException {
        String template = Files.readString(
                Path.of(TomcatRuntime.property("jvmroute.it.templates")).resolve("server-node.xml"));
        Matcher cluster = Pattern.compile("(?s)<Cluster .*</Cluster>").matcher(template);
        if (!cluster.find()) {
            throw new IOException("server-node.xml: has no Cluster");
        }
        FreePorts ports = new FreePorts();
        List<Integer> tribes =
                IntStream.range(0, nodes).mapToObj(i -> ports.take()).toList();
        return IntStream.range(0, nodes)
                .mapToObj(i -> replication(cluster.group(), tribes, i))
                .toList();
    }

    private static String replication(String cluster, List<Integer> tribes, int index) {
        String others = IntStream.range(0, tribes.size())
                .filter(i -> i != index)
                .mapToObj(i ->
                        "<Member className=\"org.apache.catalina.tribes.membership.StaticMember\" host=\"127.0.0.1\""
                                + " port=\"" + tribes.get(i) + "\" uniqueId=\"" + tribesId(i) + "\"/>")
                .collect(Collectors.joining());
        return cluster.replace("@tribes.port@", String.valueOf(tribes.get(index)))
                .replace("@tribes.id@", tribesId(index))
                .replace("@tribes.others@", others);
    }

    /** Sixteen bytes. */
    private static String tribesId(int index) {
        return "{" + (index + 1) + ",0".repeat(15) + "}";
    }

    /** A Jetty between two Tomcats. Their sessions' data stays where it is: there is no store that both know. */
    static NodeGroup mixed() throws IOException {
        NodeGroup group = new NodeGroup(null, "1s");
        NODES.put("n1", ContractNode.of(group.tomcat("contract-mixed", 0), "n1"));
        NODES.put("n2", ContractNode.of(group.jetty(1)));
        NODES.put("n3", ContractNode.of(group.tomcat("contract-mixed", 2), "n3"));
        return group;
    }

    private JettyBase jetty(int index) throws IOException {
        String route = "n" + (index + 1);
        return JettyNode.named("contract-jetty-" + route)
                .withJvmroute()
                .route(route)
                .option("members", members())
                .option("hazelcastPort", String.valueOf(hazelcast.get(index)))
                .option("drainTimeout", drainTimeout);
    }

    private TomcatBase tomcat(String name, int index) throws IOException {
        String route = "n" + (index + 1);
        return TomcatNode.named(TomcatRuntime.tomcat11(), name + "-" + route)
                .route(route)
                .draining()
                .lib(TomcatRuntime.jar())
                .engine(VALVE.formatted(members(), hazelcast.get(index), drainTimeout));
    }

    /** The members of the cluster, as an option. */
    String members() {
        return String.join(
                ",", hazelcast.stream().map(port -> "127.0.0.1:" + port).toList());
    }

    /** The qualifiers of the containers. */
    List<String> names() {
        return List.copyOf(NODES.keySet());
    }

    /** An address on a node that has been started. */
    URI uri(String name, String path) {
        return node(name).uri(path);
    }

    /**
     * Returns when each of these nodes, given by route, gets a copy of a session that begins on another one; at once where copies are not made: a shared store needs none, and
     * without a store there are none.
     */
    void awaitCopies(Map<String, ProcessHandle> running) {
        if (!copies) {
            return;
        }
        Awaitility.await()
                .atMost(ServerProcess.LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    for (String owner : running.keySet()) {
                        Map<String, Integer> before = sessions(running);
                        HttpRequest begin =
                                HttpRequest.newBuilder(uri(owner, "/shop/")).build();
                        CLIENT.send(begin, BodyHandlers.discarding());
                        if (sessions(running).entrySet().stream()
                                .anyMatch(now -> now.getValue() <= before.get(now.getKey()))) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    /** How many sessions and copies of the shop each of them holds. */
    static Map<String, Integer> sessions(Map<String, ProcessHandle> running) throws IOException {
        Map<String, Integer> sessions = new HashMap<>();
        for (Map.Entry<String, ProcessHandle> node : running.entrySet()) {
            try (NodeJmx jmx = NodeJmx.attach(node.getValue().pid(), node.getKey())) {
                sessions.put(node.getKey(), jmx.tomcatSessions("/shop"));
            }
        }
        return sessions;
    }

    @Override
    public void close() {
        if (database != null) {
            database.close();
        }
    }
}
