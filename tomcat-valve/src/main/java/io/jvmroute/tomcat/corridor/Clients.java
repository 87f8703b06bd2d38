package io.jvmroute.tomcat.corridor;

import io.jvmroute.ClientConnections;
import jakarta.servlet.AsyncContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import org.apache.catalina.connector.Connector;

/** The clients of a Tomcat: requests on threads and asynchronous ones, and the connectors that they come by. */
final class Clients implements ClientConnections {
    private final Connectors connectors;
    private final IntSupplier inService;
    private final LongAdder waiting = new LongAdder();
    private final Set<AsyncContext> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean ending;

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

    /** A request goes on as a stream of events, for as long as its client likes. */
    void streaming(AsyncContext stream) {
        streams.add(stream);
        if (ending) {
            end(stream);
        }
    }

    /** It is complete. */
    void streamDone(AsyncContext stream) {
        streams.remove(stream);
    }

    @Override
    public int requests() {
        return inService.getAsInt() + Math.max(0, waiting.intValue()) + (ending ? streams.size() : 0);
    }

    @Override
    public void endStreams() {
        ending = true;
        streams.forEach(Clients::end);
    }

    /** Completes one that is to end: Tomcat would take the timeout for an error and reset the connection. */
    void streamTimedOut(AsyncContext stream) {
        try {
            if (ending) {
                stream.complete();
            }
        } catch (IllegalStateException e) {
            // the application has done so
        }
    }

    /** By its timeout, which the application has to understand anyway; its container's thread does it within a second. */
    private static void end(AsyncContext stream) {
        try {
            stream.setTimeout(1);
        } catch (IllegalStateException e) {
            // it has just ended
        }
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
