package io.jvmroute.jetty;

import io.jvmroute.testing.SmugglingContract;
import io.jvmroute.testing.TwoNodes;

class SmugglingTest extends SmugglingContract {
    @Override
    protected TwoNodes two(String name) throws Exception {
        return EmbeddedNode.two(name);
    }

    @Override
    protected String either(String tomcat, String jetty) {
        return jetty;
    }
}
