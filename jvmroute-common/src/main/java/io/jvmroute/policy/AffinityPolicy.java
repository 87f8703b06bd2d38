package io.jvmroute.policy;

import io.jvmroute.affinity.Affinity;
import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.Pin;
import org.jspecify.annotations.Nullable;

/**
 * Decides, for one request, whether this node serves it, which node does, or why nobody does.
 *
 * <p>The owner of a session is its moved pin if one is known, since that has the higher epoch; else the route in its id. An old cookie
 * must not pull a session back. Thread-safe: it has no state.
 */
public final class AffinityPolicy {
    private final boolean strict;
    private final boolean consistent;

    /**
     * A policy.
     *
     * @param strict whether requests whose owner is down are rejected rather than their sessions moved
     * @param consistent whether they are where this node sees the smaller part of the cluster, or the grid has not agreed
     */
    public AffinityPolicy(boolean strict, boolean consistent) {
        this.strict = strict;
        this.consistent = consistent;
    }

    /**
     * The decision for a request. Allocates only for other than the home path.
     *
     * @param affinity what the request tells
     * @param moved the pin of its session if that has moved
     * @param view the cluster, less the nodes that this request failed to reach
     * @param arrival how it came
     */
    public Decision decide(Affinity affinity, @Nullable Pin moved, ClusterView view, Arrival arrival) {
        if (arrival != Arrival.CLIENT) {
            return arrival == Arrival.HOP ? Decision.ServeLocally.HOME : Decision.Reject.FORGED_HOP;
        }
        String owner = moved != null ? moved.route() : affinity.route();
        if (owner == null) {
            if (affinity.source() == Affinity.Source.UNPINNED) {
                return Decision.FirstPin.INSTANCE;
            }
            return affinity.source() == Affinity.Source.UNKNOWN ? Decision.Balance.INVALID : Decision.Balance.NONE;
        }
        if (owner.equals(view.selfRoute())) {
            return view.selfState().servesItsSessions() ? Decision.ServeLocally.HOME : ownerDown(owner, view);
        }
        Node node = view.find(owner);
        if (node == null || !view.isUsable(node)) {
            return ownerDown(owner, view);
        }
        if (moved != null) {
            return new Decision.Forward(node, Verdict.MOVED);
        }
        return new Decision.Forward(node, node.state() == NodeState.DRAINING ? Verdict.DRAINING : Verdict.FORWARDED);
    }

    /** The decision for a request whose owner, the node with this route, can't serve it. */
    public Decision ownerDown(String owner, ClusterView view) {
        if (strict) {
            return Decision.Reject.OWNER_DOWN;
        }
        return consistent && view.isMinority() && !isReached(owner, view)
                ? Decision.Reject.MINORITY
                : new Decision.Repin(owner);
    }

    private static boolean isReached(String owner, ClusterView view) {
        Node node = view.find(owner);
        return owner.equals(view.selfRoute()) || (node != null && view.reaches(node));
    }

    /** Whether a session may move to the hash's choice although the grid has not agreed to it. */
    public boolean movesWithoutGrid() {
        return !consistent;
    }
}
