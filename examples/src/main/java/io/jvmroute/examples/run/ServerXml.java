package io.jvmroute.examples.run;

import java.util.Collections;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns a template of {@code src/main/tomcat} into a node's {@code server.xml}. */
final class ServerXml {

    private static final Pattern AFFINITY_VALVE = Pattern.compile("<Valve className=\"io\\.jvmroute\\.[^>]*/>");

    private static final Pattern ROUTE_BINDER = Pattern.compile("<Valve className=\"[^\"]*JvmRouteBinderValve\"/>");

    private ServerXml() {}

    static String render(String template, ClusterPlan plan, NodePlan node) {
        String others = plan.partners(node).stream()
                .map(other -> tribesMember(plan, other))
                .collect(Collectors.joining("\n            "));
        return Template.fill(
                template,
                Map.of(
                        "route", node.name(),
                        "http.port", String.valueOf(node.httpPort()),
                        "members", Template.members(plan),
                        "backends", backends(plan),
                        "hazelcast.port", String.valueOf(node.hazelcastPort()),
                        "status.token", plan.statusToken(),
                        "tribes.port", String.valueOf(node.copiesPort()),
                        "tribes.id", tribesId(plan, node),
                        "tribes.others", others));
    }

    /** For frontends of servers that know nothing of us. */
    private static String backends(ClusterPlan plan) {
        return plan.nodes().stream()
                .map(node -> node.name() + "=http://127.0.0.1:" + node.httpPort())
                .collect(Collectors.joining(", "));
    }

    /** For an application with the filter, before which Tomcat must not give sessions of other nodes its own name. */
    static String withoutBinder(String serverXml) {
        return ROUTE_BINDER.matcher(serverXml).replaceFirst("<!-- No JvmRouteBinderValve before the filter. -->");
    }

    static String withoutValve(String serverXml) {
        return AFFINITY_VALVE
                .matcher(serverXml)
                .replaceFirst("<!-- Here the AffinityValve would be. -->")
                .replace("io.jvmroute.tomcat.DrainingHttp11NioProtocol", "HTTP/1.1")
                .replaceFirst("<Interceptor className=\"io\\.jvmroute\\.[^>]*/>", "");
    }

    private static String tribesMember(ClusterPlan plan, NodePlan node) {
        return "<Member className=\"org.apache.catalina.tribes.membership.StaticMember\" host=\"127.0.0.1\" port=\""
                + node.copiesPort() + "\" uniqueId=\"" + tribesId(plan, node) + "\"/>";
    }

    /** Sixteen times the node's number; a restarted node is the same member as before. */
    private static String tribesId(ClusterPlan plan, NodePlan node) {
        String number = String.valueOf(plan.nodes().indexOf(node) + 1);
        return "{" + String.join(",", Collections.nCopies(16, number)) + "}";
    }
}
