package io.jvmroute.cluster;

import io.jvmroute.affinity.RouteTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as one node sees it at one moment. Immutable, read by every request without a lock.
 *
 * <p>In peer mode the node itself stands among {@link #nodes()}; a frontend does not.
 */
public final class ClusterView {
    private final @Nullable String selfRoute;
    private final NodeState selfState;
    private final List<Node> nodes;
    private final List<Node> ready;
    private final Set<String> suspects;
    private final RouteTable routes;
    private final Set<String> lastKnown;
    private final boolean minority;

    private ClusterView(
            @Nullable String selfRoute,
            NodeState selfState,
            List<Node> nodes,
            Set<String> suspects,
            RouteTable routes,
            Set<String> lastKnown) {
        this.selfRoute = selfRoute;
        this.selfState = selfState;
        this.nodes = nodes;
        this.suspects = suspects;
        this.routes = routes;
        this.lastKnown = lastKnown;
        this.minority = 2 * nodes.stream().filter(this::isOnThisSide).count() < lastKnown.size();
        this.ready = nodes.stream().filter(this::takesNewSessions).toList();
    }

    /**
     * A view of {@code nodes}.
     *
     * @param selfRoute the route of the node whose view it is, null on a frontend
     * @param selfState the state of that node; it counts, whatever {@code nodes} say of it
     * @param nodes every node with a known address; of two with one route the first counts
     * @param suspects the routes of nodes that could not be reached a moment ago
     * @param seen all routes that nodes of this cluster have had, alive or not
     */
    public static ClusterView of(
            @Nullable String selfRoute, NodeState selfState, List<Node> nodes, Set<String> suspects, Set<String> seen) {
        Set<String> routes = new TreeSet<>(seen);
        List<Node> distinct = new ArrayList<>();
        Set<String> taken = new TreeSet<>();
        for (Node node : nodes) {
            if (taken.add(node.route())) {
                distinct.add(node.route().equals(selfRoute) ? node.withState(selfState) : node);
            }
        }
        routes.addAll(taken);
        if (selfRoute != null) {
            routes.add(selfRoute);
        }
        return new ClusterView(
                selfRoute,
                selfState,
                List.copyOf(distinct),
                Set.copyOf(suspects),
                RouteTable.of(routes),
                Set.copyOf(taken));
    }

    /** The same cluster, measured against the routes of the last known nodes rather than against {@link #nodes()}. */
    public ClusterView measuredBy(Set<String> known) {
        return new ClusterView(selfRoute, selfState, nodes, suspects, routes, Set.copyOf(known));
    }

    private boolean isOnThisSide(Node node) {
        return lastKnown.contains(node.route()) && reaches(node);
    }

    private boolean takesNewSessions(Node node) {
        return node.state() == NodeState.READY && !suspects.contains(node.route()) && (isSelf(node) || node.member());
    }

    /** The route of the node whose view this is; null on a frontend. */
    public @Nullable String selfRoute() {
        return selfRoute;
    }

    /** The state of the node whose view this is. */
    public NodeState selfState() {
        return selfState;
    }

    /** Whether this is the view of a frontend, which serves nothing itself. */
    public boolean isFrontend() {
        return selfRoute == null;
    }

    /** Whether {@code node} is the one whose view this is. */
    public boolean isSelf(Node node) {
        return node.route().equals(selfRoute);
    }

    /** All nodes with a known address, suspects and leavers too. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The nodes that take new sessions: ready, seen by the grid and not suspect. Sorted as {@link #nodes()}. */
    public List<Node> ready() {
        return ready;
    }

    /** The known routes, with what a request for them is worth. */
    public RouteTable routes() {
        return routes;
    }

    /** The node with the route, or null. */
    public @Nullable Node find(String route) {
        for (int i = 0; i < nodes.size(); i++) { // an iterator would be garbage on the hot path
            Node node = nodes.get(i);
            if (node.route().equals(route)) {
                return node;
            }
        }
        return null;
    }

    /**
     * Whether requests of sessions that live on the node with this route are sent there: its last word was ready or draining and
     * nobody failed to reach it. The grid having lost sight of it does not count.
     */
    public boolean isUsable(Node node) {
        return node.state().servesItsSessions() && !suspects.contains(node.route());
    }

    /** Whether a request failed to reach the node a moment ago. */
    public boolean isSuspect(String route) {
        return suspects.contains(route);
    }

    /** Whether this node is in touch with the node as far as it knows: over the grid, and by requests. */
    public boolean reaches(Node node) {
        return isSelf(node) || (node.member() && !suspects.contains(node.route()));
    }

    /**
     * Whether this node {@linkplain #reaches reaches} fewer than half of the last known nodes: of those that ever were ready here and did not say goodbye. A lost one counts
     * until a side that is no minority has forgotten it.
     */
    public boolean isMinority() {
        return minority;
    }

    /** The same cluster while {@code node} can't be reached: how a redispatch asks again. */
    public ClusterView without(Node node) {
        Set<String> more = new TreeSet<>(suspects);
        more.add(node.route());
        return new ClusterView(selfRoute, selfState, nodes, Set.copyOf(more), routes, lastKnown);
    }
}
