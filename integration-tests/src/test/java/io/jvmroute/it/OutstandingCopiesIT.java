package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Tomcats with the Cluster of the examples, one of which drains while the other one does not take its copies. */
final class OutstandingCopiesIT {
    private static final String INTERCEPTOR = "<Interceptor className=\"io.jvmroute.tomcat.SilentMemberInterceptor\"/>";

    private final FreePorts ports = new FreePorts();
    private final List<Integer> hazelcast = List.of(ports.take(), ports.take());

    @Test
    void drain_handsOverWhenTheOthersHaveTheirCopies() throws Exception {
        List<String> replication = NodeGroup.replication(2);
        TomcatBase deaf = base("n2", hazelcast.get(1));
        Path ear = deaf.folder().resolve("temp/deaf");
        deaf.engine(replication
                .get(1)
                .replace(
                        INTERCEPTOR,
                        INTERCEPTOR + "<Interceptor className=\"" + DeafInterceptor.class.getName() + "\" file=\"" + ear
                                + "\"/>"));
        try (TomcatNode heir = deaf.node();
                TomcatNode leaving =
                        base("n1", hazelcast.get(0)).engine(replication.get(0)).node()) {
            heir.start();
            leaving.start();
            try (NodeJmx view = NodeJmx.attach(leaving.handle().pid(), "n1")) {
                awaitReady(view);
                Files.createFile(ear);
                String id = TallyConnection.ask(tally(leaving), "begin", "").cookie();
                assertThat(view.silentMembers()).hasSize(1);

                view.affinity().drain();

                Awaitility.await()
                        .atMost(ServerProcess.LIMIT)
                        .until(() -> leaving.log()
                                        .contains(
                                                "no session is handed over: these members have not acknowledged all copies")
                                || view.affinity().getHandedOverSessions() > 0);
                assertThat(view.affinity().getHandedOverSessions()).isZero();
                Awaitility.await()
                        .during(Duration.ofSeconds(1))
                        .atMost(ServerProcess.LIMIT)
                        .until(() -> view.affinity().getHandedOverSessions() == 0);
                assertThat(view.affinity().getOwnedSessions()).isEqualTo(1);

                Files.delete(ear);
                Awaitility.await()
                        .atMost(ServerProcess.LIMIT)
                        .until(() -> view.affinity().getHandedOverSessions() == 1);
                assertThat(view.silentMembers()).isEmpty();
                TallyConnection.Answer answer = TallyConnection.ask(tally(leaving), "", id);
                assertThat(answer.node()).isEqualTo("n2");
                assertThat(answer.hasSession()).isTrue();
            }
        }
    }

    private TomcatBase base(String route, int port) throws IOException {
        TomcatBase base = TomcatNode.named(TomcatRuntime.tomcat11(), "outstanding-copies-" + route)
                .route(route)
                .lib(TomcatRuntime.jar())
                .engine("<Valve className=\"io.jvmroute.tomcat.AffinityValve\" members=\"127.0.0.1:" + hazelcast.get(0)
                        + ",127.0.0.1:" + hazelcast.get(1) + "\" hazelcastPort=\"" + port + "\" drainTimeout=\"1s\"/>");
        WebArchive.writeDistributable(base.folder().resolve("webapps/tally.war"), TallyServlet.class);
        WebArchive.copyClass(DeafInterceptor.class, base.folder().resolve("lib"));
        return base;
    }

    private static URI tally(TomcatNode node) {
        return node.uri("/tally/");
    }

    private static void awaitReady(NodeJmx view) {
        Awaitility.await().atMost(ServerProcess.LIMIT).until(() -> {
            List<String> nodes = view.affinity().getNodes();
            return nodes.size() == 2 && nodes.stream().allMatch(node -> node.matches("n\\d READY http.*"));
        });
    }
}
