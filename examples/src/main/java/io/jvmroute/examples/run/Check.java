package io.jvmroute.examples.run;

import io.jvmroute.examples.run.Statements.Faults;
import java.io.IOException;
import java.util.List;

/** Drives the running cluster without a person: requests through every address, and nodes killed in between. */
final class Check {

    private static final int SESSIONS = 36;
    private static final int LATE_SESSIONS = 12;

    private final Cluster cluster;
    private final Startup startup;
    private final Statements statements = new Statements();
    private final Shoppers shoppers;
    private final List<NodePlan> entries;

    Check(Cluster cluster, Startup startup, Client client) {
        this.cluster = cluster;
        this.startup = startup;
        this.shoppers = new Shoppers(client);
        this.entries = cluster.plan().entries();
    }

    /** Whether every statement holds. */
    boolean run() throws IOException, InterruptedException, ClusterException {
        shoppers.begin(SESSIONS, entries);
        new Rounds(cluster, statements, shoppers).run();
        lateSessions();
        List<NodePlan> nodes = cluster.plan().nodes();
        NodePlan first = shoppers.busiest(nodes);
        new Failover(cluster, startup, statements, shoppers).run(first);

        NodePlan second = shoppers.busiest(NodePlan.without(nodes, first));
        new Burst(cluster, statements).run(second, shoppers.ownedBy(second));

        new Ending(cluster, statements, shoppers).run();
        return statements.conclude();
    }

    /** The kill comes right after their second request: a copy that was not made then is never made. */
    private void lateSessions() throws IOException, InterruptedException {
        Faults faults = new Faults();
        shoppers.begin(LATE_SESSIONS, entries);
        for (Shopper shopper : shoppers.all().subList(SESSIONS, SESSIONS + LATE_SESSIONS)) {
            shopper.add(entries.get(0), "oolong", faults);
        }
        statements.state(LATE_SESSIONS + " more sessions began, of two requests each", faults);
    }
}
