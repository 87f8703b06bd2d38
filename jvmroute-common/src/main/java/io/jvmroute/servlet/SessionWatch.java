package io.jvmroute.servlet;

import io.jvmroute.JvmRoute;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.RoutedSessionId;
import io.jvmroute.record.OwnedPin;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Watches the sessions that this node serves: states their pins, and ends the pins of those that end or change their id.
 *
 * <p>A session is looked at after a request of it was served, since only that makes a node the owner; creation listeners would also hear of copies
 * that a container replicates. A filter can't choose an id: a session that was taken over keeps the one it has, unless its container renames
 * it, and its pin says where it is. The same pin is what finds sessions whose ids do not name this node at all. Thread-safe.
 */
final class SessionWatch implements HttpSessionListener, HttpSessionIdListener {
    private static final String ATTRIBUTE = SessionWatch.class.getName();
    private static final System.Logger LOG = System.getLogger(SessionWatch.class.getName());
    private static final int PUTS_BETWEEN_SWEEPS = 1024;

    private final ConcurrentHashMap<String, Served> served = new ConcurrentHashMap<>(); // by id without route
    private final AtomicInteger puts = new AtomicInteger();
    private final AtomicBoolean warned = new AtomicBoolean();
    private volatile @Nullable JvmRoute jvmRoute;

    /** A session that was served here: its timeout in seconds then, and its pin. */
    private record Served(WeakReference<HttpSession> session, int timeout, OwnedPin pin) {
        boolean isAsItWas() {
            HttpSession its = session.get();
            try {
                return !pin.isLost() && (its == null || its.getMaxInactiveInterval() == timeout);
            } catch (IllegalStateException ended) {
                return false;
            }
        }
    }

    /** The watch of an application, made and registered if it has none yet. */
    static SessionWatch of(ServletContext context) {
        if (context.getAttribute(ATTRIBUTE) instanceof SessionWatch watch) {
            return watch;
        }
        SessionWatch watch = new SessionWatch();
        try {
            context.addListener(watch);
        } catch (IllegalStateException | UnsupportedOperationException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "this container registers no session listener from a filter: pins of ended sessions stay until they"
                            + " expire; name " + AffinityListener.class.getName() + " as a listener",
                    e);
        }
        context.setAttribute(ATTRIBUTE, watch);
        return watch;
    }

    void use(JvmRoute its) {
        jvmRoute = its;
    }

    /**
     * Looks at the session of a request that was served here, if there is one.
     *
     * @param requestedId the id that it came with
     */
    void served(HttpServletRequest request, HttpServletResponse response, @Nullable String requestedId) {
        JvmRoute its = jvmRoute;
        if (its == null) {
            return;
        }
        Served known = requestedId == null ? null : served.get(RoutedSessionId.withoutRoute(requestedId));
        if (known != null && known.isAsItWas()) {
            its.owned().servedAgain(known.pin());
            return;
        }
        HttpSession session = request.getSession(false);
        if (session != null) {
            state(its, session, requestedId, response);
        }
    }

    private void state(JvmRoute its, HttpSession session, @Nullable String requestedId, HttpServletResponse response) {
        String route = String.valueOf(its.config().route());
        String id = session.getId();
        String bare = RoutedSessionId.withoutRoute(id);
        boolean sameSession =
                requestedId != null && RoutedSessionId.withoutRoute(requestedId).equals(bare);
        String told = sameSession && requestedId != null ? requestedId : id;
        boolean named = RoutedSessionId.hasRoute(told, route)
                || (!sameSession && isNamedByCookie(response, bare + '.' + route));
        if (!named && !sameSession && warned.compareAndSet(false, true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "ids of new sessions do not end in .{0}: each costs a pin on every node, and a request right behind the"
                            + " first may go astray. Name the container so (Tomcat: jvmRoute, Jetty: workerName)",
                    route);
        }
        try {
            int timeout = session.getMaxInactiveInterval();
            AffinityKey key = AffinityKey.ofSession(bare);
            OwnedPin pin = named || sameSession
                    ? its.owned().served(key, /* movedHere= */ !named, Duration.ofSeconds(timeout))
                    : its.owned().begun(key, Duration.ofSeconds(timeout));
            served.put(bare, new Served(new WeakReference<>(session), timeout, pin));
            var unused = session.getCreationTime(); // throws if it ended before we could hear of that
        } catch (IllegalStateException e) {
            LOG.log(System.Logger.Level.DEBUG, "the session has ended meanwhile", e);
            end(bare);
        }
        if (puts.incrementAndGet() % PUTS_BETWEEN_SWEEPS == 0) {
            served.values().removeIf(one -> one.pin().isLost());
        }
    }

    /** Jetty tells the id without its name; its cookie has both. */
    private static boolean isNamedByCookie(HttpServletResponse response, String id) {
        return response.getHeaders("Set-Cookie").stream().anyMatch(cookie -> cookie.contains('=' + id));
    }

    @Override
    public void sessionDestroyed(HttpSessionEvent event) {
        end(event.getSession().getId());
    }

    @Override
    public void sessionIdChanged(HttpSessionEvent event, String oldSessionId) {
        end(oldSessionId);
    }

    private void end(String id) {
        JvmRoute its = jvmRoute;
        Served ended = served.remove(RoutedSessionId.withoutRoute(id));
        if (its != null && ended != null) {
            its.owned().ended(ended.pin());
        }
    }
}
