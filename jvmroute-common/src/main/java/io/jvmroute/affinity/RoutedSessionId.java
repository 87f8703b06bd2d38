package io.jvmroute.affinity;

/**
 * Takes a session id of the form {@code id.route} apart.
 *
 * <p>The split is at the <em>first</em> dot, as Tomcat does it; Jetty splits at the last. Routes and generated ids have no
 * dots, so that on every id that a container issued both agree; an id with two dots names a route that no node has.
 */
public final class RoutedSessionId {
    /** Longer ids are taken for garbage: the containers issue 32 to 100 characters. */
    public static final int MAX_LENGTH = 512;

    private RoutedSessionId() {}

    /** Where the route starts in {@code id}, or -1 if it has none. */
    public static int routeStart(String id) {
        int dot = id.indexOf('.');
        return dot <= 0 || dot == id.length() - 1 || id.length() > MAX_LENGTH ? -1 : dot + 1;
    }

    /** The id without its route. */
    public static String withoutRoute(String id) {
        int dot = id.indexOf('.');
        return dot < 0 ? id : id.substring(0, dot);
    }

    /** The same session under another route. */
    public static String withRoute(String id, String route) {
        return withoutRoute(id) + '.' + route;
    }

    /** Whether the route of {@code id} is {@code route}; allocates nothing. */
    public static boolean hasRoute(String id, String route) {
        int start = routeStart(id);
        return start >= 0 && id.length() - start == route.length() && id.startsWith(route, start);
    }
}
