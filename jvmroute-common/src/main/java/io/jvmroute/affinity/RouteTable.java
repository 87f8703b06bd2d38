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
    private final Affinity[] byCookie;
    private final Affinity[] byPin;

    private RouteTable(Set<String> distinct) {
        routes = distinct.toArray(String[]::new);
        affinities = all(Affinity.Source.SESSION, routes);
        byCookie = all(Affinity.Source.COOKIE, routes);
        byPin = all(Affinity.Source.PIN, routes);
    }

    private static Affinity[] all(Affinity.Source source, String[] routes) {
        Affinity[] made = new Affinity[routes.length];
        for (int i = 0; i < routes.length; i++) {
            made[i] = new Affinity(source, routes[i]);
        }
        return made;
    }

    /** A table of {@code routes}; what stands in it twice counts once. */
    public static RouteTable of(Collection<String> routes) {
        return routes.isEmpty() ? EMPTY : new RouteTable(new LinkedHashSet<>(routes));
    }

    /** The routes, in the order in which they were given. */
    public List<String> names() {
        return List.of(routes);
    }

    /** The affinity of a request whose route cookie names {@code route}; allocates nothing. */
    public Affinity ofCookie(String route) {
        return find(route, byCookie);
    }

    /** The affinity of a request whose pin names {@code route}; allocates nothing. */
    public Affinity ofPin(String route) {
        return find(route, byPin);
    }

    private Affinity find(String route, Affinity[] among) {
        for (int i = 0; i < routes.length; i++) {
            if (routes[i].equals(route)) {
                return among[i];
            }
        }
        return Affinity.UNKNOWN;
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
