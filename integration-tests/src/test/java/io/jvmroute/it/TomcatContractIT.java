package io.jvmroute.it;

import io.jvmroute.it.contract.AffinityContract;
import io.jvmroute.it.contract.ContractCluster;
import org.jboss.arquillian.container.test.api.ContainerController;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.TargetsContainer;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The contract on three real Tomcats 11, with the JAR in {@code lib} and Tomcat's own session replication. */
@ExtendWith({TomcatContractIT.Folders.class, ArquillianExtension.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TomcatContractIT extends AffinityContract {
    private static @Nullable TomcatGroup group;
    private static @Nullable ArquillianCluster cluster;

    @ArquillianResource
    private ContainerController controller;

    @ArquillianResource
    private Deployer deployer;

    /** Runs before Arquillian reads its configuration, and after it has undeployed. */
    static final class Folders implements BeforeAllCallback, AfterAllCallback {
        @Override
        public void beforeAll(ExtensionContext context) throws Exception {
            group = TomcatGroup.make("n1", "n2", "n3");
        }

        @Override
        public void afterAll(ExtensionContext context) {
            if (cluster != null) {
                cluster.close();
                cluster = null;
            }
        }
    }

    @Deployment(name = "n1", testable = false, managed = false)
    @TargetsContainer("n1")
    static WebArchive first() {
        return shop();
    }

    @Deployment(name = "n2", testable = false, managed = false)
    @TargetsContainer("n2")
    static WebArchive second() {
        return shop();
    }

    @Deployment(name = "n3", testable = false, managed = false)
    @TargetsContainer("n3")
    static WebArchive third() {
        return shop();
    }

    private static WebArchive shop() {
        return ShrinkWrap.createFromZipFile(
                WebArchive.class, TomcatRuntime.shop().toFile());
    }

    @Override
    protected ContractCluster cluster() {
        if (cluster == null) {
            cluster = new ArquillianCluster(group, controller, deployer);
        }
        return cluster;
    }
}
