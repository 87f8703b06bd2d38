package io.jvmroute.it;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Two Tomcats with shares of 70 and 30, and frontends before them that differ in their options. */
final class PersistenceNodes implements AutoCloseable {
    private static final List<Integer> WEIGHTS = List.of(7, 3);

    private final List<TomcatNode> all = new ArrayList<>();

    /** Starts all; each of {@code frontends} is the attributes of one's valve. */
    static PersistenceNodes start(String name, String... frontends) throws IOException {
        FreePorts ports = new FreePorts();
        List<Integer> hazelcast = new ArrayList<>();
        List<String> members = new ArrayList<>();
        for (int i = 0; i < WEIGHTS.size() + frontends.length; i++) {
            hazelcast.add(ports.take());
            members.add("127.0.0.1:" + hazelcast.get(i));
        }
        PersistenceNodes nodes = new PersistenceNodes();
        try {
            for (int i = 0; i < members.size(); i++) {
                boolean isFrontend = i >= WEIGHTS.size();
                String options = isFrontend
                        ? "mode=\"frontend\" slowStart=\"0s\" " + frontends[i - WEIGHTS.size()]
                        : "weight=\"" + WEIGHTS.get(i) + "\"";
                TomcatBase base = TomcatNode.named(TomcatRuntime.tomcat11(), name + "-" + i)
                        .route("n" + (i + 1))
                        .jvmArguments("-Xmx128m")
                        .lib(TomcatRuntime.jar())
                        .engine(
                                "<Valve className=\"io.jvmroute.tomcat.AffinityValve\" drainTimeout=\"1s\" clusterName=\"%s\" members=\"%s\" hazelcastPort=\"%d\" %s/>"
                                        .formatted(name, String.join(",", members), hazelcast.get(i), options));
                TomcatNode node = (isFrontend ? base : base.application("where", WhereServlet.class)).node();
                nodes.all.add(node);
                node.start();
            }
            return nodes;
        } catch (IOException | RuntimeException e) {
            nodes.close();
            throw e;
        }
    }

    /** The application, through a frontend. */
    URI where(int frontend) {
        return all.get(WEIGHTS.size() + frontend).uri("/where/");
    }

    @Override
    public void close() {
        all.forEach(TomcatNode::close);
    }
}
