package io.jvmroute.examples.run;

import io.jvmroute.examples.run.Statements.Faults;
import java.io.IOException;
import java.util.List;

/** Drives two frontends before three Tomcats without the valve, which know each other by Tomcat's own replication alone. */
final class StaticCheck {

    private static final int SESSIONS = 36;
    private static final int ROUNDS = 6;
    private static final long FIRST_ANSWER_MILLIS = 1000;

    private final Cluster cluster;
    private final Startup startup;
    private final Statements statements = new Statements();
    private final Shoppers shoppers;
    private final List<NodePlan> entries;

    StaticCheck(Cluster cluster, Startup startup, Client client) {
        this.cluster = cluster;
        this.startup = startup;
        this.shoppers = new Shoppers(client);
        this.entries = cluster.plan().entries();
    }

    /** Whether every statement holds. */
    boolean run() throws IOException, InterruptedException, ClusterException {
        shoppers.begin(SESSIONS, entries);
        statements.chapter("%d requests of %d sessions in turn through %s, half of them without cookies"
                .formatted(ROUNDS * SESSIONS, SESSIONS, NodePlan.names(entries)));
        Faults faults = new Faults();
        for (int round = 0; round < ROUNDS / entries.size(); round++) {
            stay(faults);
        }
        statements.state("each was answered by the server that its id names, with its cart", faults);
        statements.note("sessions: " + shoppers.spread());

        NodePlan killed = shoppers.busiest(cluster.plan().nodes());
        kill(killed);
        statements.state("both frontends agree on the new server, and every cart is there", stay(new Faults()));
        statements.note("sessions: " + shoppers.spread());

        statements.chapter("start " + killed.name() + " again");
        startup.start(List.of(killed));
        statements.state("no session moved back", stay(new Faults()));
        return statements.conclude();
    }

    /** Asks for every session through every frontend. */
    private Faults stay(Faults faults) throws IOException, InterruptedException {
        for (Shopper shopper : shoppers.all()) {
            String owner = shopper.id().route();
            for (NodePlan entry : entries) {
                State state = shopper.look(entry, shopper.id(), faults);
                faults.unless(state.node().equals(owner), shopper.at(entry, state.node(), owner));
            }
        }
        return faults;
    }

    private void kill(NodePlan owner) throws IOException, InterruptedException, ClusterException {
        List<Shopper> moved = shoppers.ownedBy(owner);
        statements.chapter("kill -9 %s, server of %d sessions; the next requests through %s"
                .formatted(owner.name(), moved.size(), NodePlan.names(entries)));
        cluster.kill(owner);
        Faults late = new Faults();
        Faults lost = new Faults();
        int turn = 0;
        for (Shopper shopper : moved) {
            Answer answer = shopper.add(entries.get(turn++ % entries.size()), "rooibos", lost);
            long millis = answer.took().toMillis();
            late.unless(
                    answer.status() == 303 && millis <= FIRST_ANSWER_MILLIS,
                    "%s: status %d after %d ms".formatted(shopper.name(), answer.status(), millis));
            lost.unless(!shopper.id().route().equals(owner.name()), shopper.name() + ": still named " + owner.name());
        }
        statements.state("the first request of each succeeded within 1 s", late);
        statements.state("at another server, which the id names now", lost);
    }
}
