package io.jvmroute.tomcat;

import io.jvmroute.testing.HopHeadersContract;
import io.jvmroute.testing.TwoNodes;

class HopHeadersTest extends HopHeadersContract {
    @Override
    protected TwoNodes two(String name) throws Exception {
        return EmbeddedNode.two(name, /* h2c= */ false);
    }
}
