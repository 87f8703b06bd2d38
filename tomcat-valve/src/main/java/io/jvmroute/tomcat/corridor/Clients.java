package io.jvmroute.tomcat.corridor;

import io.jvmroute.ClientConnections;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import org.apache.catalina.connector.Connector;

/** The clients of a Tomcat: requests on threads and asynchronous ones, and the connectors that they come by. */
final class Clients implements ClientConnections {
    private final Connectors connectors;
    private final IntSupplier inService;
    private final LongAdder waiting = new LongAdder();

    Clients(Connectors connectors, IntSupplier inService) {
        this.connectors = connectors;
        this.inService = inService;
    }

    /** A request goes on without a thread. */
    void waiting() {
        waiting.increment();
    }

    /** It is complete. */
    void done() {
        waiting.decrement();
    }

    @Override
    public int requests() {
        return inService.getAsInt() + Math.max(0, waiting.intValue());
    }

    /** Works where the connector was bound at its start, and keeps connections no longer then. */
    @Override
    public boolean tryRefuseNew() {
        boolean any = false;
        for (Connector connector : connectors.all()) {
            if ("false".equals(connector.getProperty("bindOnInit"))) {
                connector.getProtocolHandler().closeServerSocketGraceful();
                any = true;
            }
        }
        return any;
    }

    @Override
    public int open() {
        return 1; // Tomcat does not count any more then
    }
}
