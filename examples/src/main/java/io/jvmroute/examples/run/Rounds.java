package io.jvmroute.examples.run;

import io.jvmroute.examples.run.Statements.Faults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Asks for every session through every address in turn. */
final class Rounds {

    private static final int ROUNDS = 12;

    /** As Tomcat, and as Jetty writes it. */
    private static final Pattern ERROR = Pattern.compile(" SEVERE |:(WARN |ERROR):");

    private final Cluster cluster;
    private final Statements statements;
    private final Shoppers shoppers;

    Rounds(Cluster cluster, Statements statements, Shoppers shoppers) {
        this.cluster = cluster;
        this.statements = statements;
        this.shoppers = shoppers;
    }

    void run() throws IOException, InterruptedException {
        List<NodePlan> entries = cluster.plan().entries();
        int sessions = shoppers.all().size();
        statements.chapter("%d requests of %d sessions in turn through %s, half of them without cookies"
                .formatted(sessions * ROUNDS, sessions, NodePlan.names(entries)));
        Faults notOwner = new Faults();
        Faults wrongHops = new Faults();
        Faults content = new Faults();
        Map<String, Integer> before = AccessLogs.verdicts(cluster.plan().all());
        List<String> errorsBefore = errors();
        Map<String, Integer> verdicts = new TreeMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < sessions; i++) {
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

    private List<String> errors() throws IOException {
        List<String> errors = new ArrayList<>();
        for (NodePlan node : cluster.plan().all()) {
            NodeProcess.log(node)
                    .filter(line -> ERROR.matcher(line).find())
                    .forEach(line -> errors.add(node.name() + ": " + line));
        }
        return errors;
    }
}
