package io.jvmroute.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.arquillian.container.spi.client.container.ContainerConfiguration;
import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.container.spi.client.container.DeploymentException;
import org.jboss.arquillian.container.spi.client.container.LifecycleException;
import org.jboss.arquillian.container.spi.client.protocol.ProtocolDescription;
import org.jboss.arquillian.container.spi.client.protocol.metadata.HTTPContext;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;

/**
 * Arquillian's container for nodes of {@link NodeGroup}: Jettys, which no published container of 12.1 drives, and Tomcats, since Arquillian
 * takes one kind of container per class path.
 */
public final class NodeContainer implements DeployableContainer<NodeContainer.Configuration> {
    private String name = "";

    /** Of one container in {@code arquillian.xml}. */
    public static final class Configuration implements ContainerConfiguration {
        private String node = "";

        /** The name of the node in its group. */
        public void setNode(String name) {
            node = name;
        }

        @Override
        public void validate() {
            if (node.isEmpty()) {
                throw new IllegalArgumentException("node: is not set (expected: the name of a node in its group)");
            }
        }
    }

    /** Tells Arquillian of the container. */
    public static final class Extension implements LoadableExtension {
        @Override
        public void register(ExtensionBuilder builder) {
            builder.service(DeployableContainer.class, NodeContainer.class);
        }
    }

    @Override
    public Class<Configuration> getConfigurationClass() {
        return Configuration.class;
    }

    @Override
    public void setup(Configuration configuration) {
        name = configuration.node;
    }

    private ContractNode node() {
        return NodeGroup.node(name);
    }

    @Override
    public void start() throws LifecycleException {
        try {
            node().start();
        } catch (IOException | RuntimeException e) {
            node().stop(); // or its process would outlive the tests
            throw new LifecycleException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void stop() {
        node().stop();
    }

    /** No test runs inside. */
    @Override
    public ProtocolDescription getDefaultProtocol() {
        return new ProtocolDescription("Local");
    }

    @Override
    public ProtocolMetaData deploy(Archive<?> archive) throws DeploymentException {
        try {
            Path folder = Files.createTempDirectory("contract");
            Path war = folder.resolve(archive.getName());
            archive.as(ZipExporter.class).exportTo(war.toFile());
            node().deploy(war);
            Files.delete(war);
            Files.delete(folder);
        } catch (IOException e) {
            throw new DeploymentException(archive.getName(), e);
        }
        return new ProtocolMetaData()
                .addContext(new HTTPContext("127.0.0.1", node().uri("/").getPort()));
    }

    /** It stays: the folder is this run's alone. */
    @Override
    public void undeploy(Archive<?> archive) {
        // nothing
    }
}
