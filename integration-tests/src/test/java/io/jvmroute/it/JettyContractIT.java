package io.jvmroute.it;

import io.jvmroute.it.contract.ContractCluster;
import io.jvmroute.it.contract.FailoverContract;
import org.jboss.arquillian.container.test.api.ContainerController;
import org.jboss.arquillian.container.test.api.Deployer;

/** The contract on three real Jettys 12.1, with the module in their bases and their sessions in one database. */
class JettyContractIT extends FailoverContract {
    @Override
    protected ContractCluster make(ContainerController controller, Deployer deployer) throws Exception {
        return new ArquillianCluster(NodeGroup.jettys(), controller, deployer);
    }
}
