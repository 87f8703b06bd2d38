package io.jvmroute.it;

import io.jvmroute.tomcat.AffinityValve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.awaitility.Awaitility;

/** A process of its own: an embedded Tomcat with the valve and the {@link NonceServlet}, for HTTP/1.1 and h2c. */
final class NonceNode implements AutoCloseable {
    private static final Logger TOMCAT = Logger.getLogger("org.apache"); // held, or its level is forgotten

    private final String route;
    private final int port;
    private final Process process;

    private NonceNode(String route, int port, Process process) {
        this.route = route;
        this.port = port;
        this.process = process;
    }

    /** Runs the node. Arguments: route, port, Hazelcast port, members, Tomcat's folder. */
    public static void main(String[] arguments) throws Exception {
        TOMCAT.setLevel(Level.OFF); // applications break off by the thousand
        String base = arguments[4];
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(base);
        Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxKeepAliveRequests", "1000");
        connector.setPort(Integer.parseInt(arguments[1]));
        Http2Protocol http2 = new Http2Protocol();
        http2.setOverheadCountFactor(0); // streams are reset on purpose
        http2.setOverheadResetFactor(0);
        connector.addUpgradeProtocol(http2);
        tomcat.setConnector(connector);
        tomcat.getEngine().setJvmRoute(arguments[0]);
        AffinityValve valve = new AffinityValve();
        valve.setProperty("hazelcastPort", arguments[2]);
        valve.setProperty("members", arguments[3]);
        valve.setProperty("clusterName", "nonce");
        tomcat.getEngine().getPipeline().addValve(valve);
        Tomcat.addServlet(tomcat.addContext("", base), "nonce", new NonceServlet())
                .addMapping("/*");
        tomcat.start();
        tomcat.getServer().await();
    }

    static NonceNode start(String route, int port, int hazelcastPort, String members) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(1, TomcatRuntime.jvmArguments());
        Path work = Files.createDirectories(Path.of(TomcatRuntime.property("jvmroute.it.work")));
        String base = Files.createDirectories(work.resolve("nonce-" + route)).toString();
        command.addAll(List.of(
                NonceNode.class.getName(), route, String.valueOf(port), String.valueOf(hazelcastPort), members, base));
        Path log = work.resolve("nonce-" + route + ".log");
        return new NonceNode(
                route,
                port,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start());
    }

    /** Waits until the node sees {@code nodes} nodes. */
    NodeJmx awaitCluster(int nodes) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .ignoreExceptions()
                .until(
                        () -> {
                            NodeJmx jmx = NodeJmx.attach(process.pid(), route);
                            if (jmx.affinity().getNodes().size() != nodes) {
                                jmx.close();
                                throw new IllegalStateException("not all nodes yet");
                            }
                            return jmx;
                        },
                        jmx -> true);
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
