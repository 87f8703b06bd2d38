package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Tomcats with the Cluster of the examples, one of which is back before the others would have missed it. */
final class QuickRestartIT {
    private static final int ROUNDS = 3;
    private static final String APPLICATION = "/tally";

    @Test
    void member_backAtOnce_getsCopiesOfWhatBegins() throws Exception {
        FreePorts ports = new FreePorts();
        List<Integer> hazelcast = List.of(ports.take(), ports.take());
        List<String> replication = NodeGroup.replication(2);
        try (TomcatNode returning = node("n1", hazelcast.get(0), hazelcast, replication.get(0));
                TomcatNode other = node("n2", hazelcast.get(1), hazelcast, replication.get(1))) {
            returning.start();
            other.start();
            URI tally = other.uri(APPLICATION + "/");
            try (NodeJmx view = NodeJmx.attach(other.handle().pid(), "n2")) {
                for (int i = 0; i < ROUNDS; i++) {
                    awaitReady(view);
                    returning.kill();
                    TallyConnection.ask(tally, "begin", ""); // whose copy fails, so that the member counts as gone
                    returning.start();
                    awaitReady(view);
                    try (NodeJmx copies = NodeJmx.attach(returning.handle().pid(), "n1")) {
                        int before = copies.tomcatSessions(APPLICATION);
                        TallyConnection.ask(tally, "begin", "");
                        assertThat(copies.tomcatSessions(APPLICATION)).isEqualTo(before + 1);
                    }
                }
            }
        }
    }

    private static TomcatNode node(String route, int port, List<Integer> hazelcast, String replication)
            throws IOException {
        TomcatBase base = TomcatNode.named(TomcatRuntime.tomcat11(), "quick-restart-" + route)
                .route(route)
                .lib(TomcatRuntime.jar())
                .engine("<Valve className=\"io.jvmroute.tomcat.AffinityValve\" members=\"127.0.0.1:" + hazelcast.get(0)
                        + ",127.0.0.1:" + hazelcast.get(1) + "\" hazelcastPort=\"" + port + "\" drainTimeout=\"1s\"/>")
                .engine(replication);
        WebArchive.writeDistributable(base.folder().resolve("webapps/tally.war"), TallyServlet.class);
        return base.node();
    }

    private static void awaitReady(NodeJmx view) {
        Awaitility.await().atMost(ServerProcess.LIMIT).until(() -> {
            List<String> nodes = view.affinity().getNodes();
            return nodes.size() == 2 && nodes.stream().allMatch(node -> node.matches("n\\d READY http.*"));
        });
    }
}
