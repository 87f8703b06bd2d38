package io.jvmroute.tomcat;

import io.jvmroute.testing.Folders;
import io.jvmroute.testing.ProbeServlet;
import io.jvmroute.testing.RecordingServlet;
import io.jvmroute.testing.TestNode;
import io.jvmroute.testing.TwoNodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.catalina.Context;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http2.Http2Protocol;

/** One embedded Tomcat with the valve and the {@link ProbeServlet}, on loopback and a free port. */
final class EmbeddedNode extends TestNode {
    private final Path base;
    private final String route;
    final Tomcat tomcat = new Tomcat();
    final SpyValve spy = new SpyValve(this);
    final AffinityValve valve = new AffinityValve();
    final Context context;

    /** Not started; {@code members} are Hazelcast ports of the whole cluster. */
    EmbeddedNode(String cluster, String route, int hazelcastPort, List<Integer> members, Map<String, String> options) {
        super(route, hazelcastPort);
        this.route = route;
        try {
            base = Files.createTempDirectory("jvmroute-" + route);
            base.toFile().deleteOnExit(); // of one that is never started
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

    /** A frontend and the owner of a session, with a recorder; {@code h2c}: the frontend takes HTTP/2 too. */
    static TwoNodes two(String name, boolean h2c) throws Exception {
        List<Integer> ports = freePorts(2);
        String cluster = name + "-" + UUID.randomUUID();
        EmbeddedNode frontend = new EmbeddedNode(cluster, "n1", ports.get(0), ports, Map.of());
        EmbeddedNode owner = new EmbeddedNode(cluster, "n2", ports.get(1), ports, Map.of());
        RecordingServlet recorder = new RecordingServlet();
        Tomcat.addServlet(owner.context, "rec", recorder).addMapping("/rec/*");
        if (h2c) {
            frontend.tomcat.getConnector().addUpgradeProtocol(new Http2Protocol());
        }
        ((AbstractHttp11Protocol<?>) frontend.tomcat.getConnector().getProtocolHandler()).setConnectionTimeout(2000);
        return new TwoNodes(frontend.start(), owner.start(), recorder);
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
            Folders.delete(base);
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
