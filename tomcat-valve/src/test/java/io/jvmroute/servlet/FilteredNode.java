package io.jvmroute.servlet;

import io.jvmroute.testing.ProbeServlet;
import io.jvmroute.testing.TestNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A server with the filter and the {@link ProbeServlet} as a node among others. */
final class FilteredNode extends TestNode {
    private final int port;
    private final FilteredServer server;
    private boolean stopped;

    /** Started; {@code members} are Hazelcast ports of the whole cluster. */
    FilteredNode(
            FilteredServer.Factory factory,
            String cluster,
            String route,
            int hazelcastPort,
            List<Integer> members,
            Map<String, String> options)
            throws Exception {
        super(route, hazelcastPort);
        port = freePorts(1).get(0);
        Map<String, String> all = new HashMap<>(options);
        all.put("route", route);
        all.put("url", "http://127.0.0.1:" + port);
        all.put("clusterName", cluster);
        all.put("hazelcastPort", Integer.toString(hazelcastPort));
        all.put(
                "members",
                String.join(
                        ",",
                        members.stream().map(member -> "127.0.0.1:" + member).toList()));
        all.put("drainTimeout", "0s");
        all.put("connectTimeout", "10s"); // a busy machine is no fault
        server = factory.start(new FilteredServer.Setup(port, route, new ProbeServlet(route), null), all);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void crash() throws Exception {
        member().getLifecycleService().terminate();
        close();
    }

    @Override
    public void close() {
        try {
            if (!stopped) {
                stopped = true;
                server.stop();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
