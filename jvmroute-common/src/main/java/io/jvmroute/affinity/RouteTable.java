package io.jvmroute.affinity;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The known routes, each with its one {@link Affinity}. Immutable.
 *
 * <p>A scan over a short array beats a map here: it needs no String for the suffix, and clusters have tens of nodes.
 */
public final class RouteTable {
    /** The table of a cluster without nodes. */
    public static final RouteTable EMPTY = new RouteTable(Set.of());

    private final String[] routes;
    private final Affinity[] affinities;

    private RouteTable(Set<String> distinct) {
        routes = distinct.toArray(String[]::new);
        affinities = new Affinity[routes.length];
        for (int i = 0; i < routes.length; i++) {
            affinities[i] = new Affinity(Affinity.Source.SESSION, routes[i]);
        }
    }

    /** A table of {@code routes}; what stands in it twice counts once. */
    public static RouteTable of(Collection<String> routes) {
        return routes.isEmpty() ? EMPTY : new RouteTable(new LinkedHashSet<>(routes));
    }

    /** The routes, in the order in which they were given. */
    public List<String> names() {
        return List.of(routes);
    }

    /** The affinity of a session id by its suffix; allocates nothing. */
    public Affinity find(String sessionId) {
        int start = RoutedSessionId.routeStart(sessionId);
        if (start < 0) {
            return sessionId.indexOf('.') < 0 && sessionId.length() <= RoutedSessionId.MAX_LENGTH
                    ? Affinity.NONE
                    : Affinity.UNKNOWN;
        }
        int length = sessionId.length() - start;
        for (int i = 0; i < routes.length; i++) {
            if (routes[i].length() == length && sessionId.startsWith(routes[i], start)) {
                return affinities[i];
            }
        }
        return Affinity.UNKNOWN;
    }
}
