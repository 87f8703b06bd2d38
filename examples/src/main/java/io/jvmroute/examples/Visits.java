package io.jvmroute.examples;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.time.Instant;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The only way to the session: reads the visit, changes it and sets it again, one request of a session at a time.
 *
 * <p>The lock goes by the id without its route: the route changes when the session moves to another node, and requests
 * with the old and the new one arrive at the same moment.
 */
final class Visits {

    private static final String ATTRIBUTE = "visit";

    private static final Object[] LOCKS =
            Stream.generate(Object::new).limit(256).toArray();

    private Visits() {}

    /** Counts the request, applies the change and keeps the result; begins a session if there is none. */
    static Visit update(HttpServletRequest request, UnaryOperator<Visit> change) {
        String unknown = unknownRoute(request);
        HttpSession session = request.getSession();
        String left = left(unknown, request);
        try {
            return update(session, request, left.isEmpty() ? change : visit -> change.apply(visit.withLeft(left)));
        } catch (IllegalStateException loggedOutMeanwhile) {
            HttpSession fresh = request.getSession();
            if (fresh.equals(session)) {
                throw loggedOutMeanwhile;
            }
            return update(fresh, request, change);
        }
    }

    /**
     * The node of the session that the request names, if it is not known here, on another node: nothing carried its data
     * along. Empty if there is none, or nothing tells which node this is.
     */
    static String left(HttpServletRequest request) {
        return left(unknownRoute(request), request);
    }

    private static String left(String route, HttpServletRequest request) {
        String node = Whereabouts.of(request).node();
        return node.isEmpty() || node.equals(route) ? "" : route;
    }

    private static String unknownRoute(HttpServletRequest request) {
        String named = request.getRequestedSessionId();
        return named == null || request.getSession(false) != null ? "" : Whereabouts.suffix(named);
    }

    /** Counts the request if it has a session. */
    static @Nullable Visit find(HttpServletRequest request) {
        return request.getSession(false) == null ? null : update(request, UnaryOperator.identity());
    }

    private static Visit update(HttpSession session, HttpServletRequest request, UnaryOperator<Visit> change) {
        while (true) {
            Object lock = lock(session);
            synchronized (lock) {
                // Another request may have changed the id while this one waited.
                if (lock(session) == lock) {
                    Object stored = session.getAttribute(ATTRIBUTE);
                    Visit visit = stored instanceof Visit kept ? kept : Visit.NEW;
                    String node = Whereabouts.of(request).node();
                    Visit changed = change.apply(visit.answeredBy(node, Instant.now()));
                    session.setAttribute(ATTRIBUTE, changed);
                    return changed;
                }
            }
        }
    }

    private static Object lock(HttpSession session) {
        String id = session.getId();
        int dot = id.indexOf('.');
        String bare = dot < 0 ? id : id.substring(0, dot);
        return LOCKS[Math.floorMod(bare.hashCode(), LOCKS.length)];
    }
}
