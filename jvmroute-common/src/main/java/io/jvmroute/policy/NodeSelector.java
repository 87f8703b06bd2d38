package io.jvmroute.policy;

import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import java.util.List;

/**
 * Picks the node for a request that has no home. Pure: what would be random comes in as {@code draw}.
 *
 * <p>Least requests compares two nodes drawn by weight rather than all: frontends that see the same figures would all run to the same
 * least one (M. Mitzenmacher: The Power of Two Choices in Randomized Load Balancing. IEEE TPDS 12(10), 2001). Least sessions compares all:
 * sessions stay, so that a node which joins empty is filled first.
 *
 * <p>Round-robin strides through the units of weight by the golden ratio: each cycle is exact, and a heavy node's turns are spread over it.
 */
public final class NodeSelector {
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

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
     * @param draw a number that differs from request to request: a counter for round-robin, else random bits
     * @param load how busy nodes are now
     */
    public Decision select(Verdict verdict, ClusterView view, long draw, NodeLoad load) {
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
        Node node = pick(candidates, shares(candidates, load), draw, load);
        return view.isSelf(node) ? new Decision.ServeLocally(verdict) : new Decision.Forward(node, verdict);
    }

    private static final Decision LOCAL_NONE = new Decision.ServeLocally(Verdict.NONE);
    private static final Decision LOCAL_INVALID = new Decision.ServeLocally(Verdict.INVALID);

    /**
     * The nodes that may take sessions: the ready ones, else those that drain and can be reached. Where the grid is lost, and with it all of
     * them, those that were ready last.
     */
    public static List<Node> candidates(ClusterView view) {
        if (!view.ready().isEmpty()) {
            return view.ready();
        }
        List<Node> draining = view.nodes().stream()
                .filter(node -> view.isUsable(node) && (node.member() || view.isSelf(node)))
                .toList();
        return draining.isEmpty() ? lastReady(view) : draining;
    }

    private static List<Node> lastReady(ClusterView view) {
        return view.nodes().stream()
                .filter(node -> node.state() == NodeState.READY && view.isUsable(node))
                .toList();
    }

    private Node pick(List<Node> nodes, int[] shares, long draw, NodeLoad load) {
        return nodes.get(
                switch (balance) {
                    case LOCAL -> byWeight(shares, draw);
                    case ROUND_ROBIN -> inTurn(shares, draw);
                    case LEAST_REQUESTS ->
                        lessBusy(nodes, shares, byWeight(shares, draw), byWeight(shares, draw >>> 32), load);
                    case LEAST_SESSIONS -> fewestSessions(nodes, shares, draw, load);
                });
    }

    /** The weights, in units that are as large as they can be: a cycle of round-robin is as short then. */
    private static int[] shares(List<Node> nodes, NodeLoad load) {
        int[] shares = new int[nodes.size()];
        int divisor = 0;
        for (int i = 0; i < shares.length; i++) {
            Node node = nodes.get(i);
            shares[i] = node.weight() * load.warmth(node);
            divisor = gcd(shares[i], divisor);
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= divisor;
        }
        return shares;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    private static int lessBusy(List<Node> nodes, int[] shares, int one, int other, NodeLoad load) {
        // relative to weight, without division: a/w1 <= b/w2
        return (long) load.requests(nodes.get(one)) * shares[other]
                        <= (long) load.requests(nodes.get(other)) * shares[one]
                ? one
                : other;
    }

    /** Beginning anywhere, so that equals take turns. */
    private static int fewestSessions(List<Node> nodes, int[] shares, long draw, NodeLoad load) {
        int first = Math.floorMod(draw, nodes.size());
        int best = first;
        long sessionsOfBest = load.sessions(nodes.get(first));
        for (int i = 1; i < shares.length; i++) {
            int at = (first + i) % shares.length;
            long sessions = load.sessions(nodes.get(at));
            if (sessions * shares[best] < sessionsOfBest * shares[at]) {
                best = at;
                sessionsOfBest = sessions;
            }
        }
        return best;
    }

    private static int inTurn(int[] shares, long turn) {
        int total = total(shares);
        int stride = Math.max(1, (int) Math.round(total * GOLDEN));
        while (gcd(stride, total) != 1) {
            stride++;
        }
        return byWeight(shares, Math.floorMod(turn, (long) total) * stride);
    }

    private static int byWeight(int[] shares, long draw) {
        int point = (int) Math.floorMod(draw, (long) total(shares));
        for (int i = 0; i < shares.length; i++) {
            point -= shares[i];
            if (point < 0) {
                return i;
            }
        }
        throw new AssertionError(draw);
    }

    private static int total(int[] shares) {
        int total = 0;
        for (int share : shares) {
            total += share;
        }
        return total;
    }
}
