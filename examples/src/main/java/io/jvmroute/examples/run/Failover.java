package io.jvmroute.examples.run;

import io.jvmroute.examples.run.Statements.Faults;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Kills the owner of sessions, asks for them everywhere, brings it back and asks again. */
final class Failover {

    private static final long FIRST_ANSWER_MILLIS = 1000;

    private final Cluster cluster;
    private final Startup startup;
    private final Statements statements;
    private final Shoppers shoppers;

    Failover(Cluster cluster, Startup startup, Statements statements, Shoppers shoppers) {
        this.cluster = cluster;
        this.startup = startup;
        this.statements = statements;
        this.shoppers = shoppers;
    }

    void run(NodePlan owner) throws IOException, InterruptedException, ClusterException {
        Map<Shopper, SessionId> oldIds = new LinkedHashMap<>();
        shoppers.ownedBy(owner).forEach(shopper -> oldIds.put(shopper, shopper.id()));
        List<NodePlan> entries = cluster.plan().entries();
        List<NodePlan> live = NodePlan.without(entries, owner);

        statements.chapter("kill -9 %s, owner of %d sessions; the next requests through %s"
                .formatted(owner.name(), oldIds.size(), NodePlan.names(live)));
        cluster.kill(owner);
        firstRequests(oldIds.keySet(), live);
        allAgree("old id or new, all agree on the new owner", oldIds, live);
        statements.note("sessions: " + shoppers.spread());

        statements.chapter("start " + owner.name() + " again");
        startup.start(List.of(owner));
        allAgree("no session moved back, old id or new", oldIds, entries);
    }

    private void firstRequests(Iterable<Shopper> moved, List<NodePlan> live) throws IOException, InterruptedException {
        Faults late = new Faults();
        Faults unnamed = new Faults();
        Faults lost = new Faults();
        long slowest = 0;
        int turn = 0;
        for (Shopper shopper : moved) {
            String old = shopper.id().route();
            NodePlan entry = live.get(turn++ % live.size());
            Answer answer = shopper.add(entry, "rooibos", lost);
            long millis = answer.took().toMillis();
            slowest = Math.max(slowest, millis);
            late.unless(
                    answer.status() == 303 && millis <= FIRST_ANSWER_MILLIS,
                    "%s: status %d after %d ms".formatted(shopper.name(), answer.status(), millis));
            String named = shopper.id().route();
            unnamed.unless(
                    named.equals(answer.node()) && !named.equals(old),
                    "%s: the id names %s, %s answered".formatted(shopper.name(), named, answer.node()));
        }
        statements.state("the first request of each succeeded within 1 s (slowest: " + slowest + " ms)", late);
        statements.state("its answer named the new owner, in Set-Cookie or in the link", unnamed);
        statements.state("and was given by the same session", lost);
    }

    private void allAgree(String claim, Map<Shopper, SessionId> oldIds, List<NodePlan> entries)
            throws IOException, InterruptedException {
        Faults elsewhere = new Faults();
        Faults content = new Faults();
        for (Shopper shopper : oldIds.keySet()) {
            String owner = shopper.id().route();
            for (NodePlan entry : entries) {
                for (SessionId id : List.of(oldIds.getOrDefault(shopper, shopper.id()), shopper.id())) {
                    State state = shopper.look(entry, id, content);
                    elsewhere.unless(state.node().equals(owner), shopper.at(entry, state.node(), owner));
                    content.unless(state.moves() == 1, shopper.name() + " has moved " + state.moves() + " times");
                }
            }
        }
        statements.state(claim + ": asked through " + NodePlan.names(entries), elsewhere);
        statements.state("every cart is complete, no counter went back, each session moved once", content);
    }
}
