package io.jvmroute.examples.run;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** One Tomcat to be: its name, its ports and its folder ({@code CATALINA_BASE}). */
record NodePlan(String name, boolean isFrontend, int httpPort, int hazelcastPort, int tribesPort, Path base) {

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

    static List<NodePlan> without(List<NodePlan> nodes, NodePlan one) {
        return nodes.stream().filter(node -> !node.equals(one)).toList();
    }

    static String names(List<NodePlan> nodes) {
        return nodes.stream().map(NodePlan::name).collect(Collectors.joining(", "));
    }
}
