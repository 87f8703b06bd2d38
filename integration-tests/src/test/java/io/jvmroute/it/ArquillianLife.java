package io.jvmroute.it;

import org.jboss.arquillian.container.test.api.ContainerController;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Makes the nodes before Arquillian reads its configuration, and ends them after it has undeployed. One contract per JVM. */
abstract class ArquillianLife implements BeforeAllCallback, AfterAllCallback {
    private static @Nullable ContractGroup group;
    private static @Nullable ArquillianCluster cluster;

    /** The nodes, not started. */
    abstract ContractGroup make() throws Exception;

    static ArquillianCluster cluster(ContainerController controller, Deployer deployer) {
        if (cluster == null) {
            cluster = new ArquillianCluster(group, controller, deployer);
        }
        return cluster;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        group = make();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (cluster != null) {
            cluster.close();
            cluster = null;
        } else if (group != null) {
            group.close();
        }
        group = null;
    }
}
