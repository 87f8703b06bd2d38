package io.jvmroute.examples.run;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One server to be.
 *
 * @param copiesPort where it takes the other nodes' copies of session data, 0 for a frontend
 * @param base its folder: {@code CATALINA_BASE} or {@code JETTY_BASE}
 */
record NodePlan(
        String name, Kind kind, boolean isFrontend, int httpPort, int hazelcastPort, int copiesPort, Path base) {

    /** Which container. */
    enum Kind {
        TOMCAT,
        JETTY;

        /** As it is written. */
        String title() {
            return this == TOMCAT ? "Tomcat" : "Jetty";
        }
    }

    /** Where the shop is, with a slash at the end. */
    URI shop() {
        return URI.create("http://127.0.0.1:" + httpPort + "/shop/");
    }

    Path log() {
        return base.resolve("logs/node.log");
    }

    Path accessLog() {
        return base.resolve("logs/access.log");
    }

    static List<NodePlan> of(Kind kind, List<NodePlan> nodes) {
        return nodes.stream().filter(node -> node.kind() == kind).toList();
    }

    static List<NodePlan> without(List<NodePlan> nodes, NodePlan one) {
        return nodes.stream().filter(node -> !node.equals(one)).toList();
    }

    static String names(List<NodePlan> nodes) {
        return nodes.stream().map(NodePlan::name).collect(Collectors.joining(", "));
    }
}
