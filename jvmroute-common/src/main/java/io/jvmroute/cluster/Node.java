package io.jvmroute.cluster;

import io.jvmroute.affinity.Route;
import io.jvmroute.http.Hosts;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * One life of an application node, as it last described itself.
 *
 * @param route the node's name; unique among the live nodes
 * @param incarnation the boot id of this life: a restart makes a new one
 * @param url where other nodes reach it, {@code http://host:port} or {@code https://host:port}
 * @param state what it says about itself
 * @param weight its share of new sessions relative to others, 1 to 1000
 * @param sessions how many sessions it holds
 * @param inFlight how many requests it is working on
 * @param version the version of this product that it runs
 * @param member whether the grid sees it; false means suspicion at most: its HTTP side may be well
 */
public record Node(
        String route,
        String incarnation,
        URI url,
        NodeState state,
        int weight,
        int sessions,
        int inFlight,
        String version,
        boolean member) {
    /** The incarnation of a backend from a static list: nobody announces its lives. */
    public static final String STATIC = "static";

    /** Checks route, url and weight. */
    public Node {
        require(Route.isValid(route), "route", route, Route.EXPECTED);
        require(
                url.getHost() != null
                        && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                        && url.getPort() > 0,
                "url",
                url,
                "http://host:port or https://host:port");
        require(weight >= 1 && weight <= 1000, "weight", weight, "1 to 1000");
    }

    private static void require(boolean holds, String name, @Nullable Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /** A backend that knows nothing of us: always ready, until it can't be reached. */
    public static Node ofStatic(String route, URI url, int weight) {
        return new Node(route, STATIC, url, NodeState.READY, weight, 0, 0, "", /* member= */ true);
    }

    /** Whether this is a backend that knows nothing of us. */
    public boolean isStatic() {
        return incarnation.equals(STATIC);
    }

    /** The name or address in its url, without brackets. */
    public String host() {
        return Hosts.unbracketed(url.getHost());
    }

    /** The same node in another state. */
    public Node withState(NodeState newState) {
        return new Node(route, incarnation, url, newState, weight, sessions, inFlight, version, member);
    }

    /** The same node with other load figures. */
    public Node withLoad(int newSessions, int newInFlight) {
        return new Node(route, incarnation, url, state, weight, newSessions, newInFlight, version, member);
    }

    /** The same node as the grid sees it now. */
    public Node withMember(boolean nowMember) {
        return nowMember == member
                ? this
                : new Node(route, incarnation, url, state, weight, sessions, inFlight, version, nowMember);
    }

    /** Whether {@code other} is the same life of the same node. */
    public boolean isSameLife(Node other) {
        return route.equals(other.route) && incarnation.equals(other.incarnation);
    }
}
