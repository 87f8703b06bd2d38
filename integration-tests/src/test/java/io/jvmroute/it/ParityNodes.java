package io.jvmroute.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** n1, small, and n2, which owns the one session there is: with the {@link EchoServlet} at {@code /echo} and Tomcat's own examples. */
final class ParityNodes implements AutoCloseable {
    private static final String VALVE =
            "<Valve className=\"io.jvmroute.tomcat.AffinityValve\" members=\"%s\" hazelcastPort=\"%d\" drainTimeout=\"1s\"/>";

    private final List<TomcatNode> nodes = new ArrayList<>();

    static ParityNodes start(String name) throws IOException {
        FreePorts ports = new FreePorts();
        int[] hazelcast = {ports.take(), ports.take()};
        String members = "127.0.0.1:" + hazelcast[0] + ",127.0.0.1:" + hazelcast[1];
        ParityNodes started = new ParityNodes();
        try {
            for (int i = 0; i < 2; i++) {
                TomcatNode node = TomcatNode.named(TomcatRuntime.tomcat11(), name + "-n" + (i + 1))
                        .route("n" + (i + 1))
                        .jvmArguments("-Xmx128m")
                        .lib(TomcatRuntime.jar())
                        .engine(VALVE.formatted(members, hazelcast[i]))
                        .application("echo", EchoServlet.class)
                        .bundledApplication("examples")
                        .node();
                started.nodes.add(node);
                node.start();
            }
            try (NodeJmx jmx = started.jmx()) {
                Awaitility.await()
                        .atMost(java.time.Duration.ofMinutes(3))
                        .until(() -> jmx.affinity().getNodes().size() == 2);
            }
            return started;
        } catch (IOException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    int frontend() {
        return nodes.get(0).uri("/").getPort();
    }

    int owner() {
        return nodes.get(1).uri("/").getPort();
    }

    /** The cookie of a new session of the owner. */
    String session() throws IOException {
        try (HttpConnection connection = new HttpConnection(owner())) {
            connection.write("GET /echo/session HTTP/1.1\r\nHost: h\r\n\r\n");
            return connection.readHead().field("set-cookie").replaceAll(";.*", "");
        }
    }

    NodeJmx jmx() throws IOException {
        return NodeJmx.attach(nodes.get(0).handle().pid(), "n1");
    }

    @Override
    public void close() {
        nodes.forEach(TomcatNode::close);
    }
}
