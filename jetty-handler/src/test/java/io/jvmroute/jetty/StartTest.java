package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.Hazelcast;
import io.jvmroute.AffinityConfig;
import io.jvmroute.AffinityConfigBuilder;
import io.jvmroute.testing.Disclosures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.session.DefaultSessionIdManager;
import org.eclipse.jetty.session.SessionIdManager;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the handler makes of the server around it, and of configurations that are wrong. */
class StartTest {
    private final Server server = new Server();

    @AfterEach
    void stop() {
        LifeCycle.stop(server);
    }

    private static AffinityConfigBuilder options() {
        return AffinityConfig.builder()
                .clusterName("test-" + UUID.randomUUID())
                .hazelcastPort(EmbeddedNode.freePorts(1).get(0));
    }

    private void connector() {
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
    }

    private void workerName(String name) {
        DefaultSessionIdManager ids = new DefaultSessionIdManager(server);
        ids.setWorkerName(name);
        server.addBean(ids);
    }

    private static final class Hello extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            callback.succeeded();
            return true;
        }
    }

    @Test
    void secret_isInNoLogAndNoDump() throws Exception {
        String secret = "a-secret-that-nobody-may-see";
        try (Disclosures shown = new Disclosures()) {
            connector();
            workerName("n7");
            AffinityHandler handler =
                    new AffinityHandler(options().set("secret", secret).build(), new Hello());
            server.setHandler(handler);
            server.start();
            shown.add(server.dump());
            shown.assertNothingOf(secret);
        }
    }

    @Test
    void hazelcastConfig_ofAFile_isUsed(@TempDir Path folder) throws Exception {
        int port = EmbeddedNode.freePorts(1).get(0);
        Path file = Files.writeString(folder.resolve("hazelcast.yaml"), """
                hazelcast:
                  cluster-name: of-the-file-%s
                  advanced-network:
                    enabled: true
                    join: {auto-detection: {enabled: false}}
                    member-server-socket-endpoint-config: {port: {port: %d, auto-increment: false}}
                """.formatted(UUID.randomUUID(), port));
        connector();
        workerName("n7");
        server.setHandler(new AffinityHandler(
                AffinityConfig.builder()
                        .set("hazelcastConfig", file.toString())
                        .bindAddress("127.0.0.1")
                        .build(),
                new Hello()));
        server.start();
        await().untilAsserted(() -> assertThat(Hazelcast.getAllHazelcastInstances())
                .filteredOn(member -> EmbeddedNode.portOf(member) == port)
                .singleElement()
                .satisfies(member ->
                        assertThat(member.getConfig().getClusterName()).startsWith("of-the-file-")));
    }

    @Test
    void route_ofTheWorkerName() throws Exception {
        connector();
        workerName("n7");
        AffinityHandler handler = new AffinityHandler(options().build(), new Hello());
        server.setHandler(handler);
        server.start();

        assertThat(handler.getRoute()).isEqualTo("n7");
        assertThat(handler.getNodeState()).isEqualTo("READY");
        assertThat(server.dump()).contains("route=n7", "state=READY");
        server.stop();
        assertThat(handler.getNodeState()).isEqualTo("LEFT");
    }

    /** It never calls what it wraps, so that nothing there can make Jetty hand its requests from thread to thread. */
    @Test
    void frontend_neverBlocks_peerAsWhatItWraps() {
        AffinityHandler byName = new AffinityHandler();
        byName.setOption("mode", "frontend");
        byName.setHandler(new Hello());
        AffinityConfig frontend = options()
                .set("mode", "frontend")
                .set("backends", "n1=http://a:80")
                .build();

        assertThat(byName.getInvocationType()).isEqualTo(InvocationType.NON_BLOCKING);
        assertThat(new AffinityHandler(frontend, new Hello()).getInvocationType())
                .isEqualTo(InvocationType.NON_BLOCKING);
        assertThat(new AffinityHandler(options().route("n1").build(), new Hello()).getInvocationType())
                .isEqualTo(InvocationType.BLOCKING);
    }

    @Test
    void workerName_ofTheRoute() throws Exception {
        connector();
        server.setHandler(new AffinityHandler(options().route("n8").build(), new Hello()));
        server.start();

        assertThat(server.getBean(SessionIdManager.class).getWorkerName()).isEqualTo("n8");
    }

    @Test
    void restart_isReadyAgain() throws Exception {
        connector();
        AffinityHandler handler = new AffinityHandler(options().route("n1").build(), new Hello());
        server.setHandler(handler);
        for (int i = 0; i < 2; i++) {
            server.start();
            assertThat(handler.getNodeState()).isEqualTo("READY");
            server.stop();
        }
    }

    @Test
    void optionsByName() throws Exception {
        connector();
        AffinityHandler handler = new AffinityHandler();
        handler.setHandler(new Hello());
        handler.setOption("route", "n1");
        handler.setOption(
                "hazelcastPort", String.valueOf(EmbeddedNode.freePorts(1).get(0)));
        handler.setOption("clusterName", "test-" + UUID.randomUUID());
        server.setHandler(handler);
        server.start();

        assertThat(handler.getRoute()).isEqualTo("n1");
        assertThatThrownBy(() -> handler.setOption("route", "n2")).isInstanceOf(IllegalStateException.class);
    }

    private void fails(String message) {
        assertThatThrownBy(server::start).hasStackTraceContaining(message);
    }

    @Test
    void unknownOption() {
        AffinityHandler handler = new AffinityHandler();
        handler.setOption("Route", "n1");
        server.setHandler(handler);
        fails("Route: unknown option");
    }

    @Test
    void noName() {
        connector();
        server.setHandler(new AffinityHandler(options().build(), new Hello()));
        fails("route: missing");
    }

    @Test
    void workerName_withADollar() {
        connector();
        workerName("$worker");
        server.setHandler(new AffinityHandler(options().build(), new Hello()));
        fails("workerName: $worker (expected: a fixed name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"n 1", "n$1", "n1$", "n:1", "n/1", "n;1", "ñ1"})
    void workerName_thatIsNoRoute(String name) {
        connector();
        workerName(name);
        server.setHandler(new AffinityHandler(options().build(), new Hello()));
        fails("route: " + name + " (expected: 1 to 64 characters");
    }

    @Test
    void workerName_andAnotherRoute() {
        connector();
        workerName("n1");
        server.setHandler(new AffinityHandler(options().route("n2").build(), new Hello()));
        fails("route: n2 (expected: the container's n1, or only one of the two)");
    }

    @Test
    void twice() {
        connector();
        AffinityConfig config = options().route("n1").build();
        server.setHandler(new AffinityHandler(config, new AffinityHandler(config, new Hello())));
        fails("AffinityHandler: there 2 times below this Server");
    }

    @Test
    void twice_besideEachOther() {
        connector();
        AffinityConfig config = options().route("n1").build();
        server.setHandler(new Handler.Sequence(
                new AffinityHandler(config, new Hello()), new AffinityHandler(config, new Hello())));
        fails("AffinityHandler: there 2 times below this Server");
    }

    @Test
    void twice_theSecondLater() throws Exception {
        connector();
        AffinityConfig config = options().route("n1").build();
        ContextHandlerCollection contexts = new ContextHandlerCollection();
        server.setHandler(new AffinityHandler(config, contexts));
        server.start();
        ContextHandler later = new ContextHandler(new AffinityHandler(config, new Hello()), "/later");
        contexts.addHandler(later);

        assertThatThrownBy(later::start).hasStackTraceContaining("AffinityHandler: there 2 times below this Server");
        assertThat(server.getDescendant(AffinityHandler.class).getNodeState()).isEqualTo("READY");
    }

    @Test
    void defaultHandler() {
        connector();
        server.setHandler(new Hello());
        server.setDefaultHandler(new AffinityHandler(options().route("n1").build()));
        fails("AffinityHandler: the default handler of this Server");
    }

    @Test
    void noPlainConnector() {
        server.setHandler(new AffinityHandler(options().route("n1").build(), new Hello()));
        fails("url: missing (expected: http://host:port");
    }

    @Test
    void routeTaken() throws Exception {
        List<Integer> ports = EmbeddedNode.freePorts(2);
        String cluster = "test-" + UUID.randomUUID();
        try (EmbeddedNode first = new EmbeddedNode(cluster, "n1", ports.get(0), ports, java.util.Map.of());
                EmbeddedNode second = new EmbeddedNode(cluster, "n1", ports.get(1), ports, java.util.Map.of())) {
            first.start();
            assertThatThrownBy(second::start).hasStackTraceContaining("route n1 is taken");
        }
    }
}
