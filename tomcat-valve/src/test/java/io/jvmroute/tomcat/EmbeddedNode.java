package io.jvmroute.tomcat;

import io.jvmroute.testing.ProbeServlet;
import io.jvmroute.testing.TestNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** One embedded Tomcat with the valve and the {@link ProbeServlet}, on loopback and a free port. */
final class EmbeddedNode extends TestNode {
    private final Path base;
    private final String route;
    final Tomcat tomcat = new Tomcat();
    final SpyValve spy = new SpyValve();
    final AffinityValve valve = new AffinityValve();
    final Context context;

    /** Not started; {@code members} are Hazelcast ports of the whole cluster. */
    EmbeddedNode(String cluster, String route, int hazelcastPort, List<Integer> members, Map<String, String> options) {
        super(route, hazelcastPort);
        this.route = route;
        try {
            base = Files.createTempDirectory("jvmroute-" + route);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tomcat.setBaseDir(base.toString());
        Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
        connector.setProperty("address", "127.0.0.1");
        connector.setPort(0);
        tomcat.setConnector(connector);
        tomcat.getEngine().setJvmRoute(route);
        valve.setMembers(String.join(
                ",", members.stream().map(port -> "127.0.0.1:" + port).toList()));
        valve.setHazelcastPort(Integer.toString(hazelcastPort));
        valve.setClusterName(cluster);
        valve.setProperty("drainTimeout", "0s"); // unless the test is about it
        valve.setProperty("connectTimeout", "10s"); // a busy machine is no fault
        options.forEach(valve::setProperty);
        tomcat.getEngine().getPipeline().addValve(spy);
        tomcat.getEngine().getPipeline().addValve(valve);
        context = options.containsValue("frontend") ? null : addContext("");
    }

    Context addContext(String path) {
        Context added = tomcat.addContext(path, base.toString());
        added.addLifecycleListener(event -> {
            if (Lifecycle.CONFIGURE_START_EVENT.equals(event.getType())) { // anew after each stop
                addProbe(added);
            }
        });
        if (added.getState().isAvailable()) { // the Host runs: it started at once
            addProbe(added);
        }
        return added;
    }

    private void addProbe(Context to) {
        Tomcat.addServlet(to, "probe", new ProbeServlet(route)).addMapping("/*");
    }

    EmbeddedNode start() throws LifecycleException {
        tomcat.start();
        return this;
    }

    @Override
    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    @Override
    public void crash() throws LifecycleException {
        member().getLifecycleService().terminate();
        tomcat.getConnector().stop();
        tomcat.getConnector().destroy();
    }

    @Override
    public void close() {
        try {
            if (tomcat.getServer().getState().isAvailable()) { // Tomcat can't destroy a Server whose start failed
                tomcat.stop();
                tomcat.destroy();
            }
            try (Stream<Path> files = Files.walk(base)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
