package io.jvmroute.tomcat;

import org.apache.catalina.Container;
import org.apache.catalina.Engine;
import org.apache.catalina.connector.Connector;
import org.jspecify.annotations.Nullable;

/**
 * Lets connectors bind when they start and not when they are initialised: only then can Tomcat close the listening socket before the rest, so that
 * balancers find a node that stops closed, and one that starts closed until its applications are deployed.
 */
final class Listeners {
    private static final int FIRST_UNPRIVILEGED = 1024;

    private Listeners() {}

    /** For all connectors of an Engine that is about to be initialised, but for privileged ports, which jsvc lets be bound before the start alone, and port 0, whose number Tomcat logs only so. */
    static void bindOnStart(@Nullable Container container) {
        if (container instanceof Engine engine && engine.getService() != null) {
            for (Connector connector : engine.getService().findConnectors()) {
                if (connector.getPortWithOffset() >= FIRST_UNPRIVILEGED) {
                    connector.setProperty("bindOnInit", "false");
                }
            }
        }
    }
}
