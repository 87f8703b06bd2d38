package io.jvmroute.servlet;

import io.jvmroute.AffinityConfig;
import jakarta.servlet.ServletException;

/**
 * That an application of this JVM speaks for a route. Kept in the system properties, which the class loaders of all applications share.
 *
 * @param key the property
 */
record RouteClaim(String key) {
    private static final String PREFIX = "io.jvmroute.filter.";

    /**
     * Takes the route of a node.
     *
     * @throws ServletException if another application has it
     */
    static RouteClaim take(AffinityConfig config, String contextPath) throws ServletException {
        String key = PREFIX + config.clusterName() + '.' + config.route();
        Object holder = System.getProperties().putIfAbsent(key, '"' + contextPath + '"');
        if (holder != null) {
            throw new ServletException("AffinityFilter: route " + config.route() + " is taken by the application at "
                    + holder
                    + " of this server. One application can speak for a node: put the valve or the handler into"
                    + " the server, which serve all of them, or give the application at \"" + contextPath
                    + "\" a clusterName and hazelcastPort of its own");
        }
        return new RouteClaim(key);
    }

    void release() {
        System.getProperties().remove(key);
    }
}
