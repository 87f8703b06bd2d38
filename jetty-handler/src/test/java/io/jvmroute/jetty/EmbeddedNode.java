package io.jvmroute.jetty;

import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import io.jvmroute.AffinityConfig;
import io.jvmroute.AffinityConfigBuilder;
import io.jvmroute.hazelcast.SharedInstance;
import io.jvmroute.testing.ProbeServlet;
import io.jvmroute.testing.RecordingServlet;
import io.jvmroute.testing.TestNode;
import io.jvmroute.testing.TwoNodes;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.session.DefaultSessionIdManager;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** One embedded Jetty with the handler and the {@link ProbeServlet}, on loopback and a free port; speaks HTTP/1.1 and h2c. */
final class EmbeddedNode extends TestNode {
    /** For whatever a test is not about: a busy machine is no fault. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private final String route;
    final Threads threads;
    final Server server;
    final ServerConnector connector;
    final HttpConfiguration http = new HttpConfiguration();
    final ContextHandlerCollection contexts = new ContextHandlerCollection();
    final AffinityHandler handler;
    final ServletContextHandler context;
    private Socket reserved = new Socket();

    /** Not started; {@code members} are Hazelcast ports of the whole cluster. */
    EmbeddedNode(String cluster, String route, int hazelcastPort, List<Integer> members, Map<String, String> options) {
        this(cluster, route, hazelcastPort, members, options, 200);
    }

    EmbeddedNode(
            String cluster,
            String route,
            int hazelcastPort,
            List<Integer> members,
            Map<String, String> options,
            int threads) {
        this(
                route,
                hazelcastPort,
                AffinityConfig.builder()
                        .members(members.stream()
                                .map(port -> "127.0.0.1:" + port)
                                .toArray(String[]::new))
                        .hazelcastPort(hazelcastPort)
                        .clusterName(cluster),
                options,
                threads);
    }

    /** On a member that the test owns. */
    EmbeddedNode(HazelcastInstance member, String route) {
        this(member, route, Map.of());
    }

    EmbeddedNode(HazelcastInstance member, String route, Map<String, String> options) {
        this(route, portOf(member), AffinityConfig.builder().hazelcast(SharedInstance.of(member)), options, 200);
    }

    private EmbeddedNode(
            String route, int hazelcastPort, AffinityConfigBuilder builder, Map<String, String> options, int most) {
        super(route, hazelcastPort);
        this.route = route;
        threads = new Threads(most);
        server = new Server(threads);
        http.setUriCompliance(UriCompliance.UNSAFE);
        connector = connector(server, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
        connector.setHost("127.0.0.1");
        connector.setAcceptQueueSize(8192);
        connector.setIdleTimeout(PATIENCE.toMillis());
        server.addConnector(connector);
        builder.set("drainTimeout", "0s"); // unless the test is about it
        for (String patient : List.of("connectTimeout", "responseTimeout", "idleTimeout")) {
            builder.set(patient, PATIENCE.toSeconds() + "s");
        }
        options.forEach(builder::set);
        boolean frontend = options.containsValue("frontend");
        if (frontend) {
            handler = new AffinityHandler(builder.build());
            context = null;
        } else {
            DefaultSessionIdManager ids = new DefaultSessionIdManager(server);
            ids.setWorkerName(route);
            server.addBean(ids);
            handler = new AffinityHandler(builder.build(), contexts);
            context = addContext("/");
        }
        server.setHandler(handler);
    }

    /** A pool that does not take what goes on after a wait, if told so. */
    static final class Threads extends QueuedThreadPool {
        volatile RuntimeException refusal;

        Threads(int most) {
            super(most);
        }

        @Override
        public void execute(Runnable task) {
            RuntimeException thrown = refusal;
            if (thrown != null && task instanceof CompletableFuture.AsynchronousCompletionTask) {
                throw thrown;
            }
            super.execute(task);
        }
    }

    /** Jetty's own, or ours where the build says so: the tests hold with both. */
    private static ServerConnector connector(Server server, ConnectionFactory... factories) {
        return Boolean.getBoolean("jvmroute.test.affinityConnector")
                ? new AffinityConnector(server, 1, 1, factories)
                : new ServerConnector(server, 1, 1, factories);
    }

    /** A frontend and the owner of a session, with a recorder and spies. */
    static TwoNodes two(String name) throws Exception {
        List<Integer> ports = freePorts(2);
        String cluster = name + "-" + UUID.randomUUID();
        EmbeddedNode frontend = new EmbeddedNode(cluster, "n1", ports.get(0), ports, Map.of());
        EmbeddedNode owner = new EmbeddedNode(cluster, "n2", ports.get(1), ports, Map.of());
        RecordingServlet recorder = new RecordingServlet();
        owner.context.addServlet(new ServletHolder(recorder), "/rec/*");
        frontend.connector.setIdleTimeout(2000);
        frontend.connector.removeConnectionFactory("h2c");
        for (EmbeddedNode node : List.of(frontend, owner)) {
            node.server.setHandler(new Spy(node));
        }
        return new TwoNodes(frontend.start(), owner.start(), recorder);
    }

    /** Stands before the {@link AffinityHandler} and tells the node what its Jetty takes for a request. */
    private static final class Spy extends Handler.Wrapper {
        private final EmbeddedNode node;

        Spy(EmbeddedNode node) {
            super(node.handler);
            this.node = node;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            node.took(
                    request.getMethod(),
                    request.getHttpURI().getPathQuery(),
                    request.getHeaders().get("Jvmroute-Hop"));
            return super.handle(request, response, callback);
        }
    }

    ServletContextHandler addContext(String path) {
        ServletContextHandler added = new ServletContextHandler(path, ServletContextHandler.SESSIONS);
        added.getServletHandler().setDecodeAmbiguousURIs(true);
        added.addServlet(new ServletHolder(new ProbeServlet(route)), "/*");
        contexts.addHandler(added);
        return added;
    }

    /** Instead of the servlets. */
    EmbeddedNode with(Handler application) {
        handler.setHandler(application);
        return this;
    }

    EmbeddedNode start() throws Exception {
        server.start();
        return this;
    }

    @Override
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void crash() throws Exception {
        member().getLifecycleService().terminate();
        connector.stop();
    }

    /** Cuts the node off from HTTP alone: connections are refused, and nobody else gets its port meanwhile. */
    void refuse() throws Exception {
        connector.setPort(port());
        connector.stop();
        reserved.setReuseAddress(true);
        // The listening socket lives on until the thread that waits in accept has returned.
        await().ignoreExceptionsInstanceOf(BindException.class).until(() -> {
            reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getPort()));
            return reserved.isBound();
        });
    }

    /** After {@link #refuse}. */
    void acceptAgain() throws Exception {
        reserved.close();
        reserved = new Socket();
        connector.start();
    }

    @Override
    public void close() {
        IO.close(reserved);
        LifeCycle.stop(server);
    }
}
