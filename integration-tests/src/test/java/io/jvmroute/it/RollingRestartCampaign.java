package io.jvmroute.it;

/**
 * {@link RollingRestart} of Tomcats and of Jettys, behind a balancer of TCP connections and behind a frontend. Arguments: how many clients and how many sessions; default 64
 * and 200. Exit status 1 if a request failed or a cart was not what it should be.
 */
final class RollingRestartCampaign {
    private RollingRestartCampaign() {}

    public static void main(String[] arguments) throws Exception {
        int connections = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 64;
        int sessions = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200;
        int faults = 0;
        for (String kind : new String[] {"tomcat", "jetty"}) {
            for (boolean frontend : new boolean[] {false, true}) {
                RollingRestart.Result result = RollingRestart.run(kind, frontend, connections, sessions);
                System.out.println(kind + (frontend ? " behind a frontend: " : " behind a TCP balancer: ") + result);
                faults += result.faults().size();
            }
        }
        if (faults > 0) {
            System.err.println(faults + " requests failed or found another cart");
            System.exit(1);
        }
    }
}
