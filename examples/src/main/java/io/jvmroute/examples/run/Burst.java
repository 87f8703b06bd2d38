package io.jvmroute.examples.run;

import io.jvmroute.examples.run.Statements.Faults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What a browser does to a session whose owner has just died: several requests at once, all with the old id, and none
 * of them knows of the others.
 */
final class Burst {

    private static final int AT_ONCE = 8;

    private final Cluster cluster;
    private final Statements statements;
    private final Faults failed = new Faults();
    private final Faults second = new Faults();
    private final Map<Shopper, TreeSet<String>> nodes = new ConcurrentHashMap<>();
    private final ConcurrentSkipListSet<Long> millis = new ConcurrentSkipListSet<>();

    Burst(Cluster cluster, Statements statements) {
        this.cluster = cluster;
        this.statements = statements;
    }

    void run(NodePlan killed, List<Shopper> shoppers) throws IOException, InterruptedException, ClusterException {
        List<NodePlan> live = NodePlan.without(cluster.plan().entries(), killed);
        statements.chapter("kill -9 " + killed.name() + ", owner of " + shoppers.size() + " sessions; then " + AT_ONCE
                + " requests of each at the same moment, with the old id");
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE * shoppers.size());
        CountDownLatch start = new CountDownLatch(1);
        List<Runnable> requests = new ArrayList<>();
        for (Shopper shopper : shoppers) {
            SessionId oldId = shopper.id();
            for (int i = 0; i < AT_ONCE; i++) {
                NodePlan entry = live.get(i % live.size());
                requests.add(() -> request(shopper, entry, oldId, start));
            }
        }
        try {
            requests.forEach(threads::execute);
            cluster.kill(killed);
            start.countDown();
            threads.shutdown();
            failed.unless(threads.awaitTermination(1, TimeUnit.MINUTES), "some had no answer after a minute");
        } finally {
            threads.shutdownNow();
        }
        conclude(shoppers, live);
    }

    private void request(Shopper shopper, NodePlan entry, SessionId oldId, CountDownLatch start) {
        try {
            start.await();
            Answer answer = shopper.post(entry, "hibiscus", oldId);
            millis.add(answer.took().toMillis());
            failed.unless(
                    answer.status() == 303,
                    shopper.name() + " through " + entry.name() + ": status " + answer.status());
            shopper.checkSame(answer, second);
            answered(shopper, answer.node());
        } catch (IOException e) {
            failed.add(shopper.name() + " through " + entry.name() + ": " + e);
        } catch (InterruptedException e) {
            failed.add(shopper.name() + " through " + entry.name() + ": no answer");
            Thread.currentThread().interrupt();
        }
    }

    private void answered(Shopper shopper, String node) {
        TreeSet<String> ofShopper = nodes.computeIfAbsent(shopper, any -> new TreeSet<>());
        synchronized (ofShopper) {
            ofShopper.add(node);
        }
    }

    private void conclude(List<Shopper> shoppers, List<NodePlan> live) throws IOException, InterruptedException {
        statements.state(
                "all " + AT_ONCE * shoppers.size() + " succeeded (slowest: " + (millis.isEmpty() ? 0 : millis.last())
                        + " ms)",
                failed);
        Faults forked = new Faults();
        nodes.forEach((shopper, answering) ->
                forked.unless(answering.size() == 1, shopper.name() + " was answered by " + answering));
        statements.state("each session was answered by one node", forked);
        statements.state("no second session appeared", second);

        Faults lost = new Faults();
        for (Shopper shopper : shoppers) {
            SessionId oldId = shopper.id();
            shopper.bought("hibiscus", AT_ONCE);
            for (NodePlan entry : live) {
                shopper.look(entry, oldId, lost);
            }
            // A client without cookies learns its new id from the next link.
            shopper.add(live.get(0), "sencha", lost);
        }
        statements.state("every cart holds all " + AT_ONCE + " items, asked through " + NodePlan.names(live), lost);
    }
}
