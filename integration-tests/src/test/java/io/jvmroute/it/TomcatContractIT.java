package io.jvmroute.it;

import io.jvmroute.it.contract.ContractCluster;
import io.jvmroute.it.contract.FailoverContract;
import org.jboss.arquillian.container.test.api.ContainerController;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.TargetsContainer;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on three real Tomcats 11, with the JAR in {@code lib} and Tomcat's own session replication. */
@DisabledIfSystemProperty(named = "arquillian.xml", matches = "arquillian-nodes.xml")
@ExtendWith({TomcatContractIT.Life.class, ArquillianExtension.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TomcatContractIT extends FailoverContract {
    @ArquillianResource
    private ContainerController controller;

    @ArquillianResource
    private Deployer deployer;

    static final class Life extends ArquillianLife {
        @Override
        ContractGroup make() throws Exception {
            return TomcatGroup.make("n1", "n2", "n3");
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
        return ArquillianLife.cluster(controller, deployer);
    }
}
