package io.jvmroute.servlet;

import java.util.Map;

/**
 * A server with one application, at the root, behind the filter; {@link FilterProbe} answers, at {@code /oops} as the page of 400. HTTP on
 * loopback, at a port that was known before.
 */
interface FilteredServer {
    /** Makes one and starts it. */
    @FunctionalInterface
    interface Factory {
        /** The container calls itself {@code containerRoute}; null: nothing. */
        FilteredServer start(int port, String containerRoute, Map<String, String> options) throws Exception;
    }

    /** Stops it, as its administrator would. */
    void stop() throws Exception;
}
