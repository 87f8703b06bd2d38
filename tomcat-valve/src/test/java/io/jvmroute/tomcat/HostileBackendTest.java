package io.jvmroute.tomcat;

import io.jvmroute.testing.HostileBackendContract;
import io.jvmroute.testing.TestNode;
import java.util.List;
import java.util.Map;

class HostileBackendTest extends HostileBackendContract {
    @Override
    protected TestNode startFrontend(
            String cluster, int hazelcastPort, List<Integer> members, Map<String, String> options) throws Exception {
        return new EmbeddedNode(cluster, null, hazelcastPort, members, options).start();
    }
}
