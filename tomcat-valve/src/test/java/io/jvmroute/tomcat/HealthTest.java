package io.jvmroute.tomcat;

import io.jvmroute.testing.HealthContract;
import io.jvmroute.testing.TestNode;
import java.util.List;
import java.util.Map;

class HealthTest extends HealthContract {
    @Override
    protected TestNode start(
            String cluster, String route, int hazelcastPort, List<Integer> members, Map<String, String> options)
            throws Exception {
        return new EmbeddedNode(cluster, route, hazelcastPort, members, options).start();
    }
}
