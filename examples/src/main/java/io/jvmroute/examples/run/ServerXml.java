package io.jvmroute.examples.run;

import java.util.Collections;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns a template of {@code src/main/tomcat} into a node's {@code server.xml}. */
final class ServerXml {

    private static final Pattern PLACE = Pattern.compile("@([a-z]+(?:\\.[a-z]+)*)@");
    private static final Pattern AFFINITY_VALVE = Pattern.compile("<Valve className=\"io\\.jvmroute\\.[^>]*/>");

    private ServerXml() {}

    static String render(String template, ClusterPlan plan, NodePlan node) {
        String members = plan.nodes().stream()
                .map(member -> "127.0.0.1:" + member.hazelcastPort())
                .collect(Collectors.joining(","));
        String others = plan.nodes().stream()
                .filter(other -> !other.equals(node))
                .map(other -> tribesMember(plan, other))
                .collect(Collectors.joining("\n            "));
        return fill(
                template,
                Map.of(
                        "route", node.name(),
                        "http.port", String.valueOf(node.httpPort()),
                        "members", members,
                        "hazelcast.port", String.valueOf(node.hazelcastPort()),
                        "tribes.port", String.valueOf(node.tribesPort()),
                        "tribes.id", tribesId(plan, node),
                        "tribes.others", others));
    }

    static String withoutValve(String serverXml) {
        return AFFINITY_VALVE.matcher(serverXml).replaceFirst("<!-- Here the AffinityValve would be. -->");
    }

    /**
     * Replaces each {@code @name@}.
     *
     * @throws IllegalArgumentException if the template has a name without a value
     */
    static String fill(String template, Map<String, String> values) {
        return PLACE.matcher(template).replaceAll(place -> {
            String value = values.get(place.group(1));
            if (value == null) {
                throw new IllegalArgumentException(place.group() + " (expected: one of " + values.keySet() + ")");
            }
            return Matcher.quoteReplacement(value);
        });
    }

    private static String tribesMember(ClusterPlan plan, NodePlan node) {
        return "<Member className=\"org.apache.catalina.tribes.membership.StaticMember\" host=\"127.0.0.1\" port=\""
                + node.tribesPort() + "\" uniqueId=\"" + tribesId(plan, node) + "\"/>";
    }

    /** Sixteen times the node's number; a restarted node is the same member as before. */
    private static String tribesId(ClusterPlan plan, NodePlan node) {
        String number = String.valueOf(plan.nodes().indexOf(node) + 1);
        return "{" + String.join(",", Collections.nCopies(16, number)) + "}";
    }
}
