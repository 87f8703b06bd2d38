package io.jvmroute.examples.run;

import io.jvmroute.examples.run.Statements.Faults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Drives the running cluster without a person: requests through every address, and nodes killed in between. */
final class Check {

    private static final int SESSIONS = 36;
    private static final int ROUNDS = 12;
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
        everyRequestReachesItsOwner();
        lateSessions();
        List<NodePlan> nodes = cluster.plan().nodes();
        NodePlan first = shoppers.busiest(nodes);
        new Failover(cluster, startup, statements, shoppers).run(first);

        NodePlan second = shoppers.busiest(NodePlan.without(nodes, first));
        new Burst(cluster, statements).run(second, shoppers.ownedBy(second));

        everythingIsThere();
        return statements.conclude();
    }

    private void everyRequestReachesItsOwner() throws IOException, InterruptedException {
        statements.chapter("%d requests of %d sessions in turn through %s, half of them without cookies"
                .formatted(SESSIONS * ROUNDS, SESSIONS, NodePlan.names(entries)));
        Faults notOwner = new Faults();
        Faults wrongHops = new Faults();
        Faults content = new Faults();
        Map<String, Integer> before = AccessLogs.verdicts(cluster.plan().all());
        List<String> errorsBefore = errors();
        Map<String, Integer> verdicts = new TreeMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < SESSIONS; i++) {
                Shopper shopper = shoppers.all().get(i);
                NodePlan entry = entries.get((i + round) % entries.size());
                String owner = shopper.id().route();
                if (round % 4 == 3) {
                    Answer answer = shopper.add(entry, "assam", content);
                    notOwner.unless(answer.node().equals(owner), shopper.at(entry, answer.node(), owner));
                } else {
                    State state = shopper.look(entry, shopper.id(), content);
                    notOwner.unless(state.node().equals(owner), shopper.at(entry, state.node(), owner));
                    int hops = entry.name().equals(owner) ? 0 : 1;
                    wrongHops.unless(
                            state.hops() == hops,
                            "%s through %s: %d hops (expected: %d)"
                                    .formatted(shopper.name(), entry.name(), state.hops(), hops));
                    verdicts.merge(state.verdict(), 1, Integer::sum);
                }
            }
        }
        statements.state("each was answered by the owner of its session", notOwner);
        statements.state("without a hop if the owner was asked itself, else with one", wrongHops);
        statements.state("every cart held what was put in, and no counter went back", content);
        Faults logged = new Faults();
        List<String> errors = errors();
        errors.removeAll(errorsBefore);
        errors.forEach(logged::add);
        statements.state("no node logged an error meanwhile", logged);
        statements.note("verdicts as the shop saw them: " + verdicts);
        statements.note("verdicts in all access logs: "
                + AccessLogs.since(before, cluster.plan().all()));
        statements.note("sessions: " + shoppers.spread());
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

    private List<String> errors() throws IOException {
        List<String> errors = new ArrayList<>();
        for (NodePlan node : cluster.plan().all()) {
            TomcatProcess.log(node)
                    .filter(line -> line.contains(" SEVERE "))
                    .forEach(line -> errors.add(node.name() + ": " + line));
        }
        return errors;
    }

    private void everythingIsThere() throws IOException, InterruptedException {
        statements.chapter("At the end");
        Faults content = new Faults();
        Faults scattered = new Faults();
        for (Shopper shopper : shoppers.all()) {
            TreeSet<String> nodes = new TreeSet<>();
            for (NodePlan entry : entries) {
                if (cluster.process(entry) != null) {
                    nodes.add(shopper.look(entry, shopper.id(), content).node());
                }
            }
            scattered.unless(nodes.size() == 1, shopper.name() + " lives on " + nodes);
        }
        statements.state("each of the " + shoppers.all().size() + " sessions lives on one node", scattered);
        statements.state("with all that was ever put into its cart", content);
        statements.note("sessions: " + shoppers.spread());
    }
}
