package io.jvmroute.examples.run;

import io.jvmroute.examples.run.NodePlan.Kind;
import java.io.IOException;
import java.util.List;

/**
 * Drives a cluster of a Tomcat and two Jettys. Routing knows no difference between them; data do: the Jettys share a
 * store, the Tomcat stands alone. A session that changes the container therefore begins anew at its new node.
 */
final class MixedCheck {

    private static final int SESSIONS = 36;

    private final Cluster cluster;
    private final Startup startup;
    private final Statements statements = new Statements();
    private final Shoppers shoppers;

    MixedCheck(Cluster cluster, Startup startup, Client client) {
        this.cluster = cluster;
        this.startup = startup;
        this.shoppers = new Shoppers(client);
    }

    /** Whether every statement holds. */
    boolean run() throws IOException, InterruptedException, ClusterException {
        ClusterPlan plan = cluster.plan();
        NodePlan tomcat = NodePlan.of(Kind.TOMCAT, plan.nodes()).get(0);
        List<NodePlan> jettys = NodePlan.of(Kind.JETTY, plan.nodes());

        shoppers.begin(SESSIONS, plan.entries());
        new Rounds(cluster, statements, shoppers).run();

        Moves moves = new Moves(cluster, statements, shoppers);
        moves.kill(tomcat);
        statements.chapter("start " + tomcat.name() + " again");
        startup.start(List.of(tomcat));
        moves.stay(plan.entries());

        NodePlan jetty = shoppers.busiest(jettys);
        moves.kill(jetty);
        statements.chapter("start " + jetty.name() + " again");
        startup.start(List.of(jetty));
        moves.stay(plan.entries());

        new Ending(cluster, statements, shoppers).run();
        return statements.conclude();
    }
}
