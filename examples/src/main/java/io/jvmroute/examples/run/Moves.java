package io.jvmroute.examples.run;

import io.jvmroute.examples.run.NodePlan.Kind;
import io.jvmroute.examples.run.Statements.Faults;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Kills an owner of sessions in a cluster where not all nodes share the data of sessions. */
final class Moves {

    private static final long FIRST_ANSWER_MILLIS = 1000;

    private final Cluster cluster;
    private final Statements statements;
    private final Shoppers shoppers;
    private final Map<Shopper, SessionId> oldIds = new LinkedHashMap<>();

    Moves(Cluster cluster, Statements statements, Shoppers shoppers) {
        this.cluster = cluster;
        this.statements = statements;
        this.shoppers = shoppers;
    }

    void kill(NodePlan owner) throws IOException, InterruptedException, ClusterException {
        oldIds.clear();
        shoppers.ownedBy(owner).forEach(shopper -> oldIds.put(shopper, shopper.id()));
        List<NodePlan> live = NodePlan.without(cluster.plan().entries(), owner);
        statements.chapter("kill -9 %s, a %s and owner of %d sessions; the next requests through %s"
                .formatted(owner.name(), owner.kind().title(), oldIds.size(), NodePlan.names(live)));
        cluster.kill(owner);
        Map<Shopper, String> owners = firstRequests(live);
        allAgree(owners, live);
        goOn(owner.kind(), owners, live);
        statements.note("sessions: " + shoppers.spread());
    }

    private Map<Shopper, String> firstRequests(List<NodePlan> live) throws IOException, InterruptedException {
        Faults late = new Faults();
        Faults wrong = new Faults();
        Map<Shopper, String> owners = new LinkedHashMap<>();
        long slowest = 0;
        int turn = 0;
        for (Shopper shopper : oldIds.keySet()) {
            SessionId id = shopper.id();
            Answer answer = shopper.ask(live.get(turn++ % live.size()), id);
            long millis = answer.took().toMillis();
            slowest = Math.max(slowest, millis);
            late.unless(
                    answer.status() == 200 && millis <= FIRST_ANSWER_MILLIS,
                    "%s: status %d after %d ms".formatted(shopper.name(), answer.status(), millis));
            wrong.unless(!answer.node().equals(id.route()), shopper.name() + ": answered by " + answer.node());
            owners.put(shopper, answer.node());
        }
        statements.state("the first request of each succeeded within 1 s (slowest: " + slowest + " ms)", late);
        statements.state("at another node", wrong);
        return owners;
    }

    private void allAgree(Map<Shopper, String> owners, List<NodePlan> live) throws IOException, InterruptedException {
        Faults elsewhere = new Faults();
        for (Map.Entry<Shopper, String> owned : owners.entrySet()) {
            Shopper shopper = owned.getKey();
            String owner = owned.getValue();
            for (NodePlan entry : live) {
                String node = shopper.ask(entry, shopper.id()).node();
                elsewhere.unless(node.equals(owner), shopper.at(entry, node, owner));
            }
        }
        statements.state(
                "all agree on the new owner: asked with the old id through " + NodePlan.names(live), elsewhere);
    }

    /** Each buys at its new node: with its cart if a store brought it there, else it begins anew. */
    private void goOn(Kind killed, Map<Shopper, String> owners, List<NodePlan> live)
            throws IOException, InterruptedException {
        Faults unnamed = new Faults();
        Faults lost = new Faults();
        Faults silent = new Faults();
        int kept = 0;
        int turn = 0;
        for (Map.Entry<Shopper, String> owned : owners.entrySet()) {
            Shopper shopper = owned.getKey();
            String owner = owned.getValue();
            NodePlan entry = live.get(turn++ % live.size());
            String left = shopper.id().route();
            boolean sharesData = killed == Kind.JETTY && kind(owner) == Kind.JETTY;
            if (sharesData) {
                kept++;
                shopper.add(entry, "rooibos", lost);
            } else {
                String told = shopper.ask(entry, shopper.id()).state().left();
                silent.unless(told.equals(left), shopper.name() + ": the shop said \"" + told + "\" was left");
                shopper.beginAnew(entry, "rooibos", silent);
            }
            String named = shopper.id().route();
            unnamed.unless(
                    named.equals(owner), "%s: the id names %s, owned by %s".formatted(shopper.name(), named, owner));
            State state = shopper.look(entry, shopper.id(), lost);
            lost.unless(sharesData || state.left().equals(left), shopper.name() + ": left " + state.left());
        }
        int anew = oldIds.size() - kept;
        Faults none = new Faults();
        none.unless(anew > 0, "no session moved between Tomcat and Jetty");
        statements.state(
                "every session that changed between Tomcat and Jetty began anew, for they share no store, and the"
                        + " shop said so (" + anew + ")",
                join(silent, none));
        if (killed == Kind.JETTY) {
            none = new Faults();
            none.unless(kept > 0, "no session moved between the Jettys");
            statements.state(
                    "every session that went from Jetty to Jetty kept its cart and its id (" + kept + ")",
                    join(lost, none));
        } else {
            statements.state("and went on with a cart of its own", lost);
        }
        statements.state("its answer named the new owner, in Set-Cookie or in the link", unnamed);
    }

    private static Faults join(Faults one, Faults other) {
        other.found().forEach(one::add);
        return one;
    }

    private Kind kind(String node) {
        return cluster.plan().nodes().stream()
                .filter(plan -> plan.name().equals(node))
                .map(NodePlan::kind)
                .findFirst()
                .orElseThrow();
    }

    /** The killed node is back: nothing goes back to it. */
    void stay(List<NodePlan> entries) throws IOException, InterruptedException {
        Faults elsewhere = new Faults();
        Faults content = new Faults();
        for (Map.Entry<Shopper, SessionId> moved : oldIds.entrySet()) {
            Shopper shopper = moved.getKey();
            String owner = shopper.id().route();
            for (NodePlan entry : entries) {
                String old = shopper.ask(entry, moved.getValue()).node();
                elsewhere.unless(old.equals(owner), shopper.at(entry, old, owner));
                String node = shopper.look(entry, shopper.id(), content).node();
                elsewhere.unless(node.equals(owner), shopper.at(entry, node, owner));
            }
        }
        statements.state("no session moved back, old id or new: asked through " + NodePlan.names(entries), elsewhere);
        statements.state("every cart is complete", content);
    }
}
