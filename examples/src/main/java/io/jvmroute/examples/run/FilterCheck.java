package io.jvmroute.examples.run;

import io.jvmroute.examples.run.Statements.Faults;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Drives three Tomcats whose application brings the filter. A session that moves keeps its id there: its pin says where it is. */
final class FilterCheck {

    private static final int SESSIONS = 36;
    private static final long FIRST_ANSWER_MILLIS = 1000;

    private final Cluster cluster;
    private final Startup startup;
    private final Statements statements = new Statements();
    private final Shoppers shoppers;
    private final List<NodePlan> entries;

    FilterCheck(Cluster cluster, Startup startup, Client client) {
        this.cluster = cluster;
        this.startup = startup;
        this.shoppers = new Shoppers(client);
        this.entries = cluster.plan().entries();
    }

    /** Whether every statement holds. */
    boolean run() throws IOException, InterruptedException, ClusterException {
        shoppers.begin(SESSIONS, entries);
        new Rounds(cluster, statements, shoppers).run();

        NodePlan killed = shoppers.busiest(cluster.plan().nodes());
        List<NodePlan> live = NodePlan.without(entries, killed);
        List<Shopper> moved = shoppers.ownedBy(killed);
        statements.chapter("kill -9 %s, owner of %d sessions; the next requests through %s"
                .formatted(killed.name(), moved.size(), NodePlan.names(live)));
        cluster.kill(killed);
        Map<Shopper, String> owners = firstRequests(moved, killed, live);
        statements.state(
                "all agree on the new owner, and every cart is there: asked through " + NodePlan.names(live),
                stay(owners, live));

        statements.chapter("start " + killed.name() + " again");
        startup.start(List.of(killed));
        statements.state(
                "no session moved back, and every cart is there: asked through " + NodePlan.names(entries),
                stay(owners, entries));
        return statements.conclude();
    }

    private Map<Shopper, String> firstRequests(List<Shopper> moved, NodePlan killed, List<NodePlan> live)
            throws IOException, InterruptedException {
        Faults late = new Faults();
        Faults wrong = new Faults();
        Map<Shopper, String> owners = new LinkedHashMap<>();
        int turn = 0;
        for (Shopper shopper : moved) {
            Answer answer = shopper.add(live.get(turn++ % live.size()), "rooibos", wrong);
            long millis = answer.took().toMillis();
            late.unless(
                    answer.status() == 303 && millis <= FIRST_ANSWER_MILLIS,
                    "%s: status %d after %d ms".formatted(shopper.name(), answer.status(), millis));
            wrong.unless(!answer.node().equals(killed.name()), shopper.name() + ": answered by " + answer.node());
            owners.put(shopper, answer.node());
        }
        statements.state("the first request of each succeeded within 1 s", late);
        statements.state("at another node, by the same session", wrong);
        return owners;
    }

    /** Asks for these sessions everywhere. */
    private static Faults stay(Map<Shopper, String> owners, List<NodePlan> through)
            throws IOException, InterruptedException {
        Faults faults = new Faults();
        for (Map.Entry<Shopper, String> owned : owners.entrySet()) {
            Shopper shopper = owned.getKey();
            for (NodePlan entry : through) {
                State state = shopper.look(entry, shopper.id(), faults);
                faults.unless(state.node().equals(owned.getValue()), shopper.at(entry, state.node(), owned.getValue()));
            }
        }
        return faults;
    }
}
