package io.jvmroute.examples.run;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Starts nodes and waits until clients can use them: each answers, and each finds the sessions of all others.
 *
 * <p>One after the other: managers that start at the same moment may ask each other for their sessions, and wait for the
 * answer until a timeout ends it.
 */
final class Startup {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int LOG_LINES = 20;
    private static final Pattern STACK_FRAME = Pattern.compile("^\\s+(at |\\.\\.\\. )");

    private final Cluster cluster;
    private final Client client;
    private final boolean withValve;

    Startup(Cluster cluster, Client client, boolean withValve) {
        this.cluster = cluster;
        this.client = client;
        this.withValve = withValve;
    }

    void start(List<NodePlan> nodes) throws IOException, ClusterException, InterruptedException {
        long begin = System.nanoTime();
        for (NodePlan node : nodes) {
            System.out.printf(
                    "%-3s starts as process %d%n",
                    node.name(), cluster.start(node).pid());
            await(node, () -> client.get(node.shop(), "plain", null).status() == 200);
            System.out.printf("%-3s answers after %.1f s%n", node.name(), seconds(begin));
        }
        if (withValve) {
            for (NodePlan owner : cluster.plan().nodes()) {
                awaitKnown(owner);
            }
            System.out.printf("All know each other after %.1f s%n", seconds(begin));
        }
    }

    private void awaitKnown(NodePlan owner) throws ClusterException, InterruptedException, IOException {
        if (cluster.process(owner) == null) {
            return;
        }
        for (NodePlan other : cluster.plan().routing()) {
            if (cluster.process(other) != null) {
                await(other, () -> reaches(owner, other.shop()));
            }
        }
    }

    /** Whether a session that begins at its owner is answered there when it arrives through another node. */
    private boolean reaches(NodePlan owner, URI through) throws IOException, InterruptedException {
        Answer begun = client.post(owner.shop(), "cart", null, Map.of("product", "sencha", "quantity", "1"));
        if (begun.cookieId() == null) {
            return false;
        }
        SessionId id = new SessionId(begun.cookieId(), /* inCookie= */ true);
        String node = client.get(through, "state", id).node();
        client.post(owner.shop(), "logout", id, Map.of());
        return id.route().equals(owner.name()) && node.equals(owner.name());
    }

    private void await(NodePlan node, Condition condition) throws ClusterException, InterruptedException, IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds(condition)) {
            NodeProcess process = cluster.process(node);
            if (process == null || System.nanoTime() > deadline) {
                String fault = process == null ? " ended at its start" : " does not answer";
                throw new ClusterException(node.name() + fault + "; the end of " + node.log() + ":\n  "
                        + String.join("\n  ", lastLogLines(node)));
            }
            Thread.sleep(100); // another process, asked over HTTP, says nothing of its own when it is ready
        }
    }

    private static List<String> lastLogLines(NodePlan node) throws IOException {
        List<String> lines = NodeProcess.log(node)
                .filter(line -> !STACK_FRAME.matcher(line).find())
                .toList();
        return lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
    }

    private static boolean holds(Condition condition) throws InterruptedException {
        try {
            return condition.holds();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }
}
