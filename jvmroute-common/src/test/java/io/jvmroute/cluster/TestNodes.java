package io.jvmroute.cluster;

import java.net.URI;

/** Nodes for tests: in their first life, ready, of weight 1, seen by the grid. */
public final class TestNodes {
    private TestNodes() {}

    /** The node with the route. */
    public static Node node(String route) {
        return weighted(route, 1);
    }

    /** The node with the route, in the state. */
    public static Node node(String route, NodeState state) {
        return node(route).withState(state);
    }

    /** A later life of the node with the route, at another port. */
    public static Node reborn(String route) {
        return new Node(
                route, "life 2 of " + route, URI.create("http://127.0.0.1:8082"), NodeState.READY, 1, 0, 0, "1", true);
    }

    /** The node with the route and weight. */
    public static Node weighted(String route, int weight) {
        return new Node(
                route,
                "life 1 of " + route,
                URI.create("http://127.0.0.1:8081"),
                NodeState.READY,
                weight,
                0,
                0,
                "1",
                true);
    }
}
