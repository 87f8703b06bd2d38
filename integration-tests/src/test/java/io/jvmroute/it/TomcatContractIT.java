package io.jvmroute.it;

import io.jvmroute.it.contract.ContractCluster;
import io.jvmroute.it.contract.FailoverContract;
import org.jboss.arquillian.container.test.api.ContainerController;
import org.jboss.arquillian.container.test.api.Deployer;

/** The contract on three real Tomcats 11, with the JAR in {@code lib} and Tomcat's own session replication. */
class TomcatContractIT extends FailoverContract {
    @Override
    protected ContractCluster make(ContainerController controller, Deployer deployer) throws Exception {
        return new ArquillianCluster(NodeGroup.tomcats(), controller, deployer);
    }
}
