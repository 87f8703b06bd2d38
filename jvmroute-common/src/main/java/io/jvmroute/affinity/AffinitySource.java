package io.jvmroute.affinity;

import io.jvmroute.http.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * One place in a request that may tell its home. The sources of a node are asked in the order of the option {@code affinity}; the first
 * whose claim can be used wins, the rest is fallback.
 *
 * <p>Pure: reads the request and nothing else. Thread-safe.
 */
@FunctionalInterface
public interface AffinitySource {
    /**
     * What the request tells here, or null if nothing.
     *
     * @param routes the routes that nodes of the cluster have had
     */
    @Nullable
    Claim find(Exchange exchange, RouteTable routes);
}
