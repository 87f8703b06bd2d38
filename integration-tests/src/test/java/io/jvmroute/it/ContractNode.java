package io.jvmroute.it;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** A node as {@link NodeContainer} drives it, of whichever kind. */
interface ContractNode {
    /** Starts the process, for the first time or again, and waits until it listens. */
    void start() throws IOException;

    /** Asks the process to end and waits for that; nothing if it has ended. */
    void stop();

    /** Adds the application to the running node, and to those that it will be after a new start. */
    void deploy(Path war) throws IOException;

    /** Puts another build of the product where this one is, for the next start. */
    void upgrade(Path jar) throws IOException;

    /** The process, once it was started. */
    ProcessHandle handle();

    /** Ends the process, whatever it does, if there is one. */
    void close();

    /** What the process has printed since its last start. */
    String log() throws IOException;

    /** An address on the node, once it was started. */
    URI uri(String path);

    /** A Jetty that looks for new applications every second. */
    static ContractNode of(JettyBase base) {
        JettyNode node = base.property("jetty.deploy.scanInterval", "1").node();
        return new ContractNode() {
            @Override
            public void start() throws IOException {
                node.start();
            }

            @Override
            public void stop() {
                if (node.isRunning()) {
                    node.stop();
                }
            }

            @Override
            public void deploy(Path war) throws IOException {
                base.application(war);
            }

            @Override
            public void upgrade(Path jar) {
                throw new UnsupportedOperationException("a Jetty has more than one file");
            }

            @Override
            public ProcessHandle handle() {
                return node.handle();
            }

            @Override
            public void close() {
                node.close();
            }

            @Override
            public String log() throws IOException {
                return node.log();
            }

            @Override
            public URI uri(String path) {
                return node.uri(path);
            }
        };
    }

    /** A Tomcat that is told of a new application by JMX. */
    static ContractNode of(TomcatBase base, String route) {
        TomcatNode node = base.node().port(new FreePorts().take());
        return new ContractNode() {
            @Override
            public void start() throws IOException {
                node.start();
            }

            @Override
            public void stop() {
                if (node.handle().isAlive()) {
                    node.stop();
                }
            }

            @Override
            public void deploy(Path war) throws IOException {
                base.application(war);
                try (NodeJmx jmx = NodeJmx.attach(node.handle().pid(), route)) {
                    jmx.deploy(war.getFileName().toString().replaceAll("\\.war$", ""));
                }
            }

            @Override
            public void upgrade(Path jar) throws IOException {
                base.lib(jar);
            }

            @Override
            public ProcessHandle handle() {
                return node.handle();
            }

            @Override
            public void close() {
                node.close();
            }

            @Override
            public String log() throws IOException {
                return node.log();
            }

            @Override
            public URI uri(String path) {
                return node.uri(path);
            }
        };
    }
}
