package io.jvmroute.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Three Tomcats n1, n2 and n3 with the shop. Nothing copies its sessions: what waits, waits for us. */
final class ShopNodes implements AutoCloseable {
    private static final String VALVE =
            "<Valve className=\"io.jvmroute.tomcat.AffinityValve\" members=\"%s\" hazelcastPort=\"%d\""
                    + " drainTimeout=\"1s\" %s/>";

    private final Map<String, TomcatNode> nodes = new LinkedHashMap<>();
    private final Map<String, Integer> hazelcastPorts = new HashMap<>();

    /** Starts them; their files are below folders that begin with {@code name}. */
    static ShopNodes start(String name) throws IOException {
        return start(name, "");
    }

    /** Starts them with more attributes of the valve. */
    static ShopNodes start(String name, String attributes) throws IOException {
        FreePorts ports = new FreePorts();
        int[] hazelcast = IntStream.range(0, 3).map(i -> ports.take()).toArray();
        String members =
                IntStream.of(hazelcast).mapToObj(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        ShopNodes started = new ShopNodes();
        try {
            for (int i = 0; i < hazelcast.length; i++) {
                String route = "n" + (i + 1);
                TomcatNode node = TomcatNode.named(TomcatRuntime.tomcat11(), name + "-" + route)
                        .route(route)
                        .lib(TomcatRuntime.jar())
                        .engine(VALVE.formatted(members, hazelcast[i], attributes))
                        .application(TomcatRuntime.shop())
                        .node();
                started.nodes.put(route, node);
                started.hazelcastPorts.put(route, hazelcast[i]);
                node.start();
            }
            return started;
        } catch (IOException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    TomcatNode node(String route) {
        return nodes.get(route);
    }

    /** Keeps the node from the grid until it is closed; the node is not to run yet. */
    ServerSocket takeHazelcastPort(String route) throws IOException {
        return new ServerSocket(hazelcastPorts.get(route), 1, InetAddress.getLoopbackAddress());
    }

    /** The shop at this node. */
    URI shop(String route) {
        return node(route).uri("/shop/");
    }

    NodeJmx jmx(String route) throws IOException {
        return NodeJmx.attach(node(route).handle().pid(), route);
    }

    @Override
    public void close() {
        nodes.values().forEach(TomcatNode::close);
    }
}
