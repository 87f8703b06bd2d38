package io.jvmroute.it;

import java.io.IOException;
import java.net.URI;

/** A server without applications before the nodes of a group. */
interface FrontendNode extends AutoCloseable {
    /** An address on it. */
    URI uri(String path);

    @Override
    void close();

    /** Starts one; {@code kind} is {@code tomcat} or {@code jetty}. */
    static FrontendNode start(String kind, NodeGroup group) throws IOException {
        String port = String.valueOf(new FreePorts().take());
        return kind.equals("tomcat") ? tomcat(group, port) : jetty(group, port);
    }

    private static FrontendNode tomcat(NodeGroup group, String port) throws IOException {
        String valve =
                "<Valve className=\"io.jvmroute.tomcat.AffinityValve\" mode=\"frontend\" members=\"%s\" hazelcastPort=\"%s\"/>";
        TomcatNode node = TomcatNode.named(TomcatRuntime.tomcat11(), "frontend-tomcat")
                .draining()
                .lib(TomcatRuntime.jar())
                .engine(valve.formatted(group.members(), port))
                .node();
        return started(node::start, node::uri, node::close);
    }

    private static FrontendNode jetty(NodeGroup group, String port) throws IOException {
        JettyNode node = JettyNode.named("frontend-jetty")
                .withJvmroute()
                .option("mode", "frontend")
                .option("members", group.members())
                .option("hazelcastPort", port)
                .node();
        return started(node::start, node::uri, node::close);
    }

    /** What may fail. */
    interface Start {
        Object run() throws IOException;
    }

    /** Where it is. */
    interface Address {
        URI of(String path);
    }

    private static FrontendNode started(Start start, Address address, Runnable close) throws IOException {
        try {
            start.run();
        } catch (IOException | RuntimeException e) {
            close.run(); // or its process would outlive the run
            throw e;
        }
        return new FrontendNode() {
            @Override
            public URI uri(String path) {
                return address.of(path);
            }

            @Override
            public void close() {
                close.run();
            }
        };
    }
}
