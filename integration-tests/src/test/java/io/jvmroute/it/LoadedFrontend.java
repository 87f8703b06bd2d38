package io.jvmroute.it;

import java.io.IOException;
import java.net.URI;
import java.util.List;

/**
 * A Tomcat or Jetty without applications before one Tomcat, a static backend with the {@link TallyServlet} at {@code /tally} and the {@link EchoServlet} at {@code /echo}.
 *
 * @param kind {@code tomcat} or {@code jetty}
 */
record LoadedFrontend(String kind, ServerNode node, NodeJmx jmx) implements AutoCloseable {
    private static final String VALVE =
            "<Valve className=\"io.jvmroute.tomcat.AffinityValve\" mode=\"frontend\" hazelcastPort=\"0\" backends=\"n1=http://%s\"/>";

    /** What differs from one trial to the next. */
    record Setup(List<String> launcher, String heap, String name) {
        /** A frontend as others have it. */
        static Setup usual(String name) {
            return new Setup(List.of(), "-Xmx512m", name);
        }
    }

    /** The Tomcat behind it, not started. */
    static TomcatNode backend() throws IOException {
        return TomcatNode.named(TomcatRuntime.tomcat11(), "limits-backend")
                .connector("maxConnections=\"30000\" maxThreads=\"500\" maxKeepAliveRequests=\"-1\"")
                .jvmArguments("-Xmx512m")
                .application("tally", TallyServlet.class)
                .application("echo", EchoServlet.class)
                .node();
    }

    /** Its folder, to be looked at or changed before the start. */
    static TomcatBase tomcat(URI backend, Setup setup) throws IOException {
        return TomcatNode.named(TomcatRuntime.tomcat11(), setup.name() + "-tomcat")
                .launcher(setup.launcher())
                .connector("maxConnections=\"30000\" maxThreads=\"500\" maxKeepAliveRequests=\"-1\""
                        + " keepAliveTimeout=\"600000\" socket.directBuffer=\"true\"")
                .jvmArguments(setup.heap())
                .lib(TomcatRuntime.jar())
                .engine(VALVE.formatted(backend.getAuthority()));
    }

    static JettyBase jetty(URI backend, Setup setup) throws IOException {
        return JettyNode.named(setup.name() + "-jetty")
                .launcher(setup.launcher())
                .withJvmroute()
                .modules("http2c")
                .property("jetty.http.idleTimeout", "600000")
                .jvmArguments(setup.heap())
                .option("mode", "frontend")
                .option("hazelcastPort", "0")
                .option("backends", "n1=http://" + backend.getAuthority());
    }

    static LoadedFrontend start(String kind, URI backend, Setup setup) throws IOException {
        return started(
                kind,
                kind.equals("tomcat")
                        ? tomcat(backend, setup).node()
                        : jetty(backend, setup).node());
    }

    /** Starts it and has it answer once. */
    static LoadedFrontend started(String kind, ServerNode node) throws IOException {
        try {
            node.start();
            TallyConnection.ask(node.uri("/tally/"), "where", "");
            return new LoadedFrontend(kind, node, NodeJmx.attach(node.handle().pid(), "frontend"));
        } catch (IOException | RuntimeException e) {
            node.close();
            throw e;
        }
    }

    URI tally() {
        return node.uri("/tally/");
    }

    int port() {
        return node.uri("/").getPort();
    }

    /** How many forwards have ended, however. */
    long forwards() {
        return jmx.affinity().getForwards().values().stream()
                .mapToLong(count -> count)
                .sum();
    }

    @Override
    public void close() throws IOException {
        try (node) {
            jmx.close();
        }
    }
}
