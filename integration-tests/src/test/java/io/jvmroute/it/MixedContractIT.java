package io.jvmroute.it;

import io.jvmroute.it.contract.ContractCluster;
import io.jvmroute.it.contract.RoutingContract;
import org.jboss.arquillian.container.test.api.ContainerController;
import org.jboss.arquillian.container.test.api.Deployer;

/** The contract on a real Jetty between two real Tomcats. Their sessions' data is in no store that both know: a session that moves begins anew, at the agreed node. */
class MixedContractIT extends RoutingContract {
    @Override
    protected ContractCluster make(ContainerController controller, Deployer deployer) throws Exception {
        return new ArquillianCluster(NodeGroup.mixed(), controller, deployer);
    }
}
