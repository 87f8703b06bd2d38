package io.jvmroute.it;

import java.util.List;

/**
 * {@link ScaleOut} of Tomcats and of Jettys. Arguments: how many clients, default 32; then which of {@code tomcat jetty}, default both. Exit status 1 if a request failed, a session moved or the new
 * node did not get three quarters of its fair share of the new ones within a minute.
 */
final class ScaleOutCampaign {
    private static final double LEAST_SHARE = 0.25;

    private ScaleOutCampaign() {}

    public static void main(String[] arguments) throws Exception {
        int connections = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 32;
        List<String> kinds =
                arguments.length > 1 ? List.of(arguments).subList(1, arguments.length) : List.of("tomcat", "jetty");
        boolean failed = false;
        for (String kind : kinds) {
            ScaleOut.Result result = ScaleOut.run(kind, connections);
            System.out.printf("%s: share of the new node %.3f (fair: 0.333); %s%n", kind, result.share(), result);
            failed |= !result.faults().isEmpty() || !result.moved().isEmpty() || result.share() < LEAST_SHARE;
        }
        if (failed) {
            System.exit(1);
        }
    }
}
