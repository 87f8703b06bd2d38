package io.jvmroute.examples.run;

import io.jvmroute.examples.run.Statements.Faults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Drives the running cluster without a person: requests through every address, and nodes killed in between. */
final class Check {

    private static final int SESSIONS = 36;
    private static final int ROUNDS = 12;
    private static final long FIRST_ANSWER_MILLIS = 1000;

    private final Cluster cluster;
    private final Startup startup;
    private final Client client;
    private final Statements statements = new Statements();
    private final List<Shopper> shoppers = new ArrayList<>();

    Check(Cluster cluster, Startup startup, Client client) {
        this.cluster = cluster;
        this.startup = startup;
        this.client = client;
    }

    /** Whether every statement holds. */
    boolean run() throws IOException, InterruptedException, ClusterException {
        List<NodePlan> entries = cluster.plan().entries();
        for (int i = 0; i < SESSIONS; i++) {
            shoppers.add(Shopper.begin(client, i, entries.get(i % entries.size())));
        }
        everyRequestReachesItsOwner();

        NodePlan first = busiest(List.of());
        Map<Shopper, SessionId> oldIds = ownedBy(first);
        killedOwner(first, oldIds);
        restartedOwner(first, oldIds);

        NodePlan second = busiest(List.of(first));
        new Burst(cluster, statements).run(second, List.copyOf(ownedBy(second).keySet()));

        everythingIsThere();
        return statements.conclude();
    }

    private void everyRequestReachesItsOwner() throws IOException, InterruptedException {
        List<NodePlan> entries = cluster.plan().entries();
        int requests = SESSIONS * ROUNDS;
        statements.chapter(requests + " requests of " + SESSIONS + " sessions in turn through " + names(entries)
                + ", half of them without cookies");
        Faults notOwner = new Faults();
        Faults wrongHops = new Faults();
        Faults content = new Faults();
        Map<String, Integer> before = AccessLogs.verdicts(cluster.plan().all());
        Map<String, Integer> seen = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            Shopper shopper = shoppers.get(i % SESSIONS);
            int round = i / SESSIONS;
            NodePlan entry = entries.get((i + round) % entries.size());
            String owner = shopper.id().route();
            if (round % 4 == 3) {
                String node = shopper.add(entry, "assam", content).node();
                notOwner.unless(node.equals(owner), shopper.name() + " of " + owner + " answered by " + node);
            } else {
                State state = shopper.look(entry, shopper.id(), content);
                notOwner.unless(
                        state.node().equals(owner), shopper.name() + " of " + owner + " answered by " + state.node());
                int hops = entry.name().equals(owner) ? 0 : 1;
                wrongHops.unless(
                        state.hops() == hops,
                        shopper.name() + " through " + entry.name() + ": " + state.hops() + " hops (expected: " + hops
                                + ")");
                seen.merge(state.verdict(), 1, Integer::sum);
            }
        }
        statements.state("each was answered by the owner of its session", notOwner.found());
        statements.state("none when asked at the owner, else one hop", wrongHops.found());
        statements.state("every cart held what was put in, every request was counted", content.found());
        statements.note("verdicts at the owners: " + seen);
        Map<String, Integer> logged = AccessLogs.verdicts(cluster.plan().all());
        before.forEach((verdict, count) -> logged.merge(verdict, -count, Integer::sum));
        statements.note("verdicts in all access logs: " + logged);
        statements.note("sessions: " + spread());
    }

    private void killedOwner(NodePlan killed, Map<Shopper, SessionId> oldIds)
            throws IOException, InterruptedException, ClusterException {
        List<NodePlan> live = without(cluster.plan().entries(), killed);
        statements.chapter("kill -9 " + killed.name() + ", owner of " + oldIds.size()
                + " sessions; next requests through " + names(live));
        cluster.kill(killed);
        Faults late = new Faults();
        Faults content = new Faults();
        Map<Shopper, String> owners = new HashMap<>();
        Map<Shopper, Answer> answers = new HashMap<>();
        int turn = 0;
        for (Shopper shopper : oldIds.keySet()) {
            Answer answer = shopper.add(live.get(turn++ % live.size()), "rooibos", content);
            answers.put(shopper, answer);
            owners.put(shopper, answer.node());
            late.unless(
                    answer.status() == 303 && answer.took().toMillis() <= FIRST_ANSWER_MILLIS,
                    shopper.name() + ": status " + answer.status() + " after "
                            + answer.took().toMillis() + " ms");
        }
        long slowest = answers.values().stream()
                .mapToLong(a -> a.took().toMillis())
                .max()
                .orElse(0);
        statements.state(
                "the first request of each session succeeded within 1 s (slowest: " + slowest + " ms)", late.found());

        Faults elsewhere = new Faults();
        Faults route = new Faults();
        for (Shopper shopper : oldIds.keySet()) {
            String owner = owners.getOrDefault(shopper, "");
            route.unless(
                    shopper.id().route().equals(owner) && !owner.equals(killed.name()),
                    shopper.name() + ": id names " + shopper.id().route() + ", answered by " + owner);
            for (NodePlan entry : live) {
                for (SessionId id : List.of(oldIds.get(shopper), shopper.id())) {
                    String node = shopper.look(entry, id, content).node();
                    elsewhere.unless(
                            node.equals(owner),
                            shopper.name() + " through " + entry.name() + ": " + node + ", not " + owner);
                }
            }
        }
        statements.state("the answer named the new owner in the id, in Set-Cookie or in the link", route.found());
        statements.state("old id or new, all agree on the new owner: " + names(live), elsewhere.found());
        statements.state("no cart lost anything, no counter went back", content.found());
        statements.note("sessions: " + spread());
    }

    private void restartedOwner(NodePlan restarted, Map<Shopper, SessionId> oldIds)
            throws IOException, InterruptedException, ClusterException {
        statements.chapter(restarted.name() + " again");
        startup.start(List.of(restarted));
        Faults moved = new Faults();
        Faults content = new Faults();
        for (Shopper shopper : oldIds.keySet()) {
            String owner = shopper.id().route();
            for (NodePlan entry : cluster.plan().entries()) {
                for (SessionId id : List.of(oldIds.get(shopper), shopper.id())) {
                    State state = shopper.look(entry, id, content);
                    moved.unless(
                            state.node().equals(owner) && state.moves() == 1,
                            shopper.name() + " through " + entry.name() + ": at " + state.node() + " after "
                                    + state.moves() + " moves, not " + owner);
                }
            }
        }
        statements.state("no session moved back, old id or new, through any address", moved.found());
        statements.state("no cart lost anything, no counter went back", content.found());
    }

    private void everythingIsThere() throws IOException, InterruptedException {
        statements.chapter("At the end");
        Faults content = new Faults();
        Faults notOwner = new Faults();
        for (Shopper shopper : shoppers) {
            TreeSet<String> nodes = new TreeSet<>();
            for (NodePlan entry : cluster.plan().entries()) {
                if (cluster.process(entry) != null) {
                    nodes.add(shopper.look(entry, shopper.id(), content).node());
                }
            }
            notOwner.unless(nodes.size() == 1, shopper.name() + " lives on " + nodes);
        }
        statements.state("each of the " + SESSIONS + " sessions lives on one node", notOwner.found());
        statements.state("with all that was ever put into its cart", content.found());
        statements.note("sessions: " + spread());
    }

    private NodePlan busiest(List<NodePlan> except) {
        return cluster.plan().nodes().stream()
                .filter(node -> !except.contains(node))
                .max(Comparator.comparingInt(node -> ownedBy(node).size()))
                .orElseThrow();
    }

    private Map<Shopper, SessionId> ownedBy(NodePlan node) {
        return shoppers.stream()
                .filter(shopper -> shopper.id().route().equals(node.name()))
                .collect(Collectors.toMap(shopper -> shopper, Shopper::id));
    }

    private Map<String, Long> spread() {
        return shoppers.stream()
                .collect(Collectors.groupingBy(shopper -> shopper.id().route(), TreeMap::new, Collectors.counting()));
    }

    static List<NodePlan> without(List<NodePlan> nodes, NodePlan dead) {
        return nodes.stream().filter(node -> !node.equals(dead)).toList();
    }

    static String names(List<NodePlan> nodes) {
        return nodes.stream().map(NodePlan::name).collect(Collectors.joining(", "));
    }
}
