package io.jvmroute.examples.run;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Fills in what stands between {@code @} signs in the files that a server's folder is made of. */
final class Template {

    private static final Pattern PLACE = Pattern.compile("@([a-z]+(?:\\.[a-z]+)*)@");

    private Template() {}

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

    /** The value of the option {@code members}. */
    static String members(ClusterPlan plan) {
        List<NodePlan> members = plan.routing().containsAll(plan.nodes()) ? plan.nodes() : plan.frontends();
        return members.stream()
                .map(member -> "127.0.0.1:" + member.hazelcastPort())
                .collect(Collectors.joining(","));
    }
}
