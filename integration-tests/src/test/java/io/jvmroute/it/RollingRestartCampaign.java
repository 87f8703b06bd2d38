package io.jvmroute.it;

import java.util.List;

/**
 * {@link RollingRestart} of Tomcats and of Jettys, behind a balancer of TCP connections and behind a frontend. Arguments: how many clients and how many sessions, default 64
 * and 200; then which of {@code tomcat-balancer tomcat-frontend jetty-balancer jetty-frontend}, default all. With
 * {@code -Dcampaign.upgrade=FILE/jvmroute-tomcat-valve-all.jar} the Tomcats come back with that build. Exit status 1 if a request failed or a cart was not what it should be.
 */
final class RollingRestartCampaign {
    private static final List<String> ALL =
            List.of("tomcat-balancer", "tomcat-frontend", "jetty-balancer", "jetty-frontend");

    private RollingRestartCampaign() {}

    public static void main(String[] arguments) throws Exception {
        int connections = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 64;
        int sessions = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200;
        List<String> asked = arguments.length > 2 ? List.of(arguments).subList(2, arguments.length) : ALL;
        int faults = 0;
        for (String run : asked) {
            String kind = run.substring(0, run.indexOf('-'));
            RollingRestart.Result result =
                    RollingRestart.run(kind, /* frontend= */ run.endsWith("-frontend"), connections, sessions);
            System.out.println(run + ": " + result);
            faults += result.faults().size();
        }
        if (faults > 0) {
            System.err.println(faults + " requests failed or found another cart");
            System.exit(1);
        }
    }
}
