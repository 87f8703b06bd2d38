package io.jvmroute.policy;

import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Picks the node for a request that has no home. Pure: what would be random comes in as {@code draw}.
 *
 * <p>Least requests compares two nodes drawn by weight rather than all: frontends that see the same figures would all run to the same
 * least one (M. Mitzenmacher: The Power of Two Choices in Randomized Load Balancing. IEEE TPDS 12(10), 2001).
 */
public final class NodeSelector {
    private final Balance balance;

    /** A selector by the given rule. */
    public NodeSelector(Balance balance) {
        this.balance = balance;
    }

    /**
     * Resolves {@link Decision.Balance}. A node that drains passes new sessions on; when nobody is ready it serves them itself, and
     * other nodes pass theirs to those that drain.
     *
     * @param verdict what the request is worth: none or invalid
     * @param view the cluster, less the nodes that this request failed to reach
     * @param draw a number that differs from request to request: a counter for round-robin, random bits for least requests
     * @param load how busy a node is now
     */
    public Decision select(Verdict verdict, ClusterView view, long draw, ToIntFunction<Node> load) {
        if (balance == Balance.LOCAL && view.selfState() == NodeState.READY && !view.isFrontend()) {
            return verdict == Verdict.NONE ? LOCAL_NONE : LOCAL_INVALID;
        }
        if (view.ready().isEmpty() && !view.isFrontend() && view.selfState().servesItsSessions()) {
            return new Decision.ServeLocally(verdict); // no hop to a node that is no better
        }
        List<Node> candidates = candidates(view);
        if (candidates.isEmpty()) {
            return Decision.Reject.NOBODY_READY;
        }
        Node node = balance == Balance.LEAST_REQUESTS
                ? lessBusy(byWeight(candidates, draw), byWeight(candidates, draw >>> 32), load)
                : byWeight(candidates, draw);
        return view.isSelf(node) ? new Decision.ServeLocally(verdict) : new Decision.Forward(node, verdict);
    }

    private static final Decision LOCAL_NONE = new Decision.ServeLocally(Verdict.NONE);
    private static final Decision LOCAL_INVALID = new Decision.ServeLocally(Verdict.INVALID);

    /** The nodes that may take sessions: the ready ones, else those that drain and can be reached. */
    public static List<Node> candidates(ClusterView view) {
        if (!view.ready().isEmpty()) {
            return view.ready();
        }
        return view.nodes().stream()
                .filter(node -> view.isUsable(node) && (node.member() || view.isSelf(node)))
                .toList();
    }

    private static Node lessBusy(Node one, Node other, ToIntFunction<Node> load) {
        // relative to weight, without division: a/w1 <= b/w2
        return (long) load.applyAsInt(one) * other.weight() <= (long) load.applyAsInt(other) * one.weight()
                ? one
                : other;
    }

    private static Node byWeight(List<Node> nodes, long draw) {
        int total = 0;
        for (Node node : nodes) {
            total += node.weight();
        }
        int point = (int) Math.floorMod(draw, (long) total);
        for (Node node : nodes) {
            point -= node.weight();
            if (point < 0) {
                return node;
            }
        }
        throw new AssertionError(draw);
    }
}
