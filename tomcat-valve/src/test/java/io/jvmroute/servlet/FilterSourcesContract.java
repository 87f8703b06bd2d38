package io.jvmroute.servlet;

import io.jvmroute.testing.AffinitySourcesContract;
import io.jvmroute.testing.TestNode;
import java.util.List;
import java.util.Map;

/** The sources beyond the session id, by the filter. */
abstract class FilterSourcesContract extends AffinitySourcesContract {
    private final FilteredServer.Factory factory;

    FilterSourcesContract(FilteredServer.Factory factory) {
        super(/* peers= */ true, 12, 6);
        this.factory = factory;
    }

    @Override
    protected TestNode start(
            String cluster, String route, int hazelcastPort, List<Integer> members, Map<String, String> options)
            throws Exception {
        return new FilteredNode(factory, cluster, route, hazelcastPort, members, options);
    }
}
