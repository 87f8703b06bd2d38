package io.jvmroute.tomcat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Valve;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;

/**
 * What {@link AffinityValve} needs of the product behind it, which the self-contained JAR loads with a class loader of its own.
 *
 * <p>Called in the order {@code start, awaitJoined, ready, drain, stop}; {@code invoke} by many threads at once, in between.
 */
public interface TomcatCorridor {
    /** Checks the options and begins to join the cluster, in the background. */
    void start() throws LifecycleException;

    /** Waits for the cluster, bounded. */
    void awaitJoined() throws LifecycleException;

    /** Applications are deployed and connectors bound. */
    void ready() throws LifecycleException;

    /** Before a stop: lets go of sessions and requests, waiting for them at most {@code drainTimeout}. */
    void drain();

    /** Leaves the cluster and ends every thread. */
    void stop();

    /** Serves the request here, by {@code next}, or forwards it. */
    void invoke(Request request, Response response, Valve next) throws IOException, ServletException;
}
