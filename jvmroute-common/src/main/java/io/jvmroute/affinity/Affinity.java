package io.jvmroute.affinity;

import org.jspecify.annotations.Nullable;

/**
 * What a request tells about its home: nothing, the route of a node that we have seen, or something that names no node.
 *
 * <p>There is one instance per known route (see {@link RouteTable}), so that reading a request allocates nothing.
 *
 * @param source where it was found
 * @param route the route of a known node, null where the source names none
 */
public record Affinity(Source source, @Nullable String route) {
    /** Where an affinity was found. */
    public enum Source {
        /** The request tells nothing. */
        NONE,
        /** The request names a route that no node of the cluster has had. */
        UNKNOWN,
        /** The suffix of the session id. */
        SESSION,
        /** An authentic route cookie. */
        COOKIE,
        /** The pin of a key that carries no route. */
        PIN,
        /** A key that carries no route and has no pin yet. */
        UNPINNED;

        /** Whether it names a route. */
        boolean isRouted() {
            return this == SESSION || this == COOKIE || this == PIN;
        }
    }

    /** A request without a home. */
    public static final Affinity NONE = new Affinity(Source.NONE, null);

    /** A request that names a home nobody knows. */
    public static final Affinity UNKNOWN = new Affinity(Source.UNKNOWN, null);

    /** A request with a key for which the nodes have to agree on a home first. */
    public static final Affinity UNPINNED = new Affinity(Source.UNPINNED, null);

    /** Checks that a route is there exactly when the source has one. */
    public Affinity {
        if ((route != null) != source.isRouted()) {
            throw new IllegalArgumentException(
                    "route: " + route + " (expected: one for SESSION, COOKIE and PIN, none for the others)");
        }
    }
}
