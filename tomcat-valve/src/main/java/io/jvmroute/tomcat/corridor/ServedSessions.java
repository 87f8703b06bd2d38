package io.jvmroute.tomcat.corridor;

import io.jvmroute.JvmRoute;
import io.jvmroute.SessionHost;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.RoutedSessionId;
import io.jvmroute.record.OwnedPin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.catalina.Container;
import org.apache.catalina.Context;
import org.apache.catalina.Manager;
import org.apache.catalina.Session;
import org.apache.catalina.SessionEvent;
import org.apache.catalina.SessionListener;
import org.apache.catalina.Wrapper;
import org.apache.catalina.authenticator.Constants;
import org.apache.catalina.connector.Request;
import org.jspecify.annotations.Nullable;

/**
 * Watches the sessions that this node serves, in every context, whenever it was deployed: states their pins, follows changes of their id, ends
 * the pins of those that end, and takes over sessions that come with the route of another node.
 *
 * <p>What the product knows of a session is kept here by its id and not in a note on it: DeltaManager replicates notes. A session is
 * looked at after a request of it was served, since only that makes a node the owner; creation listeners would also hear of copies that
 * DeltaManager and BackupManager receive.
 */
final class ServedSessions implements SessionListener, SessionHost {
    private static final Logger LOG = System.getLogger(ServedSessions.class.getName());

    private static final int PUTS_BETWEEN_SWEEPS = 1024;
    private static final int LOCKS = 64;

    private final JvmRoute jvmRoute;
    private final String route;
    private final Container container;
    private final Object[] locks = new Object[LOCKS];
    private final ConcurrentHashMap<String, Served> served = new ConcurrentHashMap<>();
    private final AtomicInteger puts = new AtomicInteger();
    private final EarlyRequests early = new EarlyRequests();
    private final OutstandingCopies outstanding = new OutstandingCopies();

    /** A session that was served here: the object that is listened to, its timeout in seconds then, its pin, and since when that is known. */
    private record Served(WeakReference<Session> session, int timeout, OwnedPin pin, long sinceNanos) {
        /** Whether its manager has made another object of it, as of one from a file or a store. Such a one has no listeners. */
        boolean isReplacedBy(Session now) {
            if (session.refersTo(now)) {
                return false;
            }
            Session before = session.get();
            Manager manager = before == null ? null : before.getManager();
            return manager == null || manager == now.getManager(); // else that of another context, with the same id
        }
    }

    /** {@code container} is the Engine or Host whose sessions these are. */
    ServedSessions(JvmRoute jvmRoute, String route, Container container) {
        this.jvmRoute = jvmRoute;
        this.route = route;
        this.container = container;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
    }

    // ---- taking over ----

    /**
     * Gives a session that comes with the route of another node this node's route, or finds that this was done before: a browser's parallel
     * requests still carry the old id. The response gets the cookie with the new id, which is that of the sessions in other contexts too if they share their cookies. A copy
     * that this node kept while the session lived elsewhere is dropped first.
     */
    void takeOver(Request request, String sessionId) throws IOException {
        Manager manager = request.getContext().getManager();
        if (manager == null) {
            return;
        }
        String here = RoutedSessionId.withRoute(sessionId, route);
        synchronized (locks[Math.floorMod(here.hashCode(), LOCKS)]) { // two at once would fork the session
            dropStale(here);
            if (manager.findSession(here) == null) {
                Session copy = findCopy(manager, sessionId);
                if (copy == null) {
                    return;
                }
                rename(manager, copy, here);
                takeOverElsewhere(manager, sessionId, here);
            }
        }
        if (!here.equals(sessionId)) {
            request.changeSessionId(here);
        }
    }

    /** In all other contexts, whose requests will come with the new id. */
    private void takeOverElsewhere(Manager done, String sessionId, String here) {
        for (Manager manager : managers(container)) {
            try {
                if (manager != done && manager.findSession(here) == null) {
                    Session copy = findCopy(manager, sessionId);
                    if (copy != null) {
                        rename(manager, copy, here);
                    }
                }
            } catch (IOException e) { // of that context's store, which this request has no need of
                LOG.log(
                        Level.WARNING,
                        "the copy of a session in context \""
                                + manager.getContext().getName() + "\" can't be looked for",
                        e);
            }
        }
    }

    /** Without a word to the application or to other nodes, for whom the session goes on. */
    private void dropStale(String here) {
        Served known = served.get(here);
        if (known == null || !known.pin().isTaken() || !served.remove(here, known)) {
            return;
        }
        for (Manager manager : managers(container)) {
            Session stale = ReplicatedSessions.forgetsQuietly(manager) ? findValid(manager, here) : null;
            if (stale != null) {
                stale.removeSessionListener(this);
                manager.remove(stale);
            }
        }
    }

    /** The replica, under the id in the request or under that of an owner between then and now. */
    private @Nullable Session findCopy(Manager manager, String sessionId) throws IOException {
        Session copy = manager.findSession(sessionId);
        if (copy != null) {
            return copy.isValid() ? copy : null;
        }
        List<String> routes = jvmRoute.view().routes().names();
        for (String other : routes) {
            copy = manager.findSession(RoutedSessionId.withRoute(sessionId, other));
            if (copy != null && copy.isValid()) {
                return copy;
            }
        }
        return null;
    }

    private static void rename(Manager manager, Session session, String id) {
        Object authenticated = session.getNote(Constants.SESSION_ID_NOTE);
        boolean noted = authenticated != null && authenticated.equals(session.getIdInternal());
        manager.changeSessionId(session, id);
        if (noted) {
            session.setNote(Constants.SESSION_ID_NOTE, id); // or FormAuthenticator asks to log in again
        }
    }

    // ---- serving ----

    /** The pin of the session, as far as a request of it was served; null if none was. */
    @Nullable
    OwnedPin find(@Nullable String id) {
        Served known = id == null ? null : served.get(id);
        return known == null ? null : known.pin();
    }

    /** The requests that are not counted in a session, because it had no pin when they began. */
    EarlyRequests early() {
        return early;
    }

    /**
     * Looks at the session of a request that was served here, if there is one.
     *
     * @param requestedId the id before the application saw the request, with this node's route
     * @return its pin; null if there is none
     */
    @Nullable
    OwnedPin served(Request request, @Nullable String requestedId, boolean movedHere) throws IOException {
        OwnedPin former = null;
        if (requestedId != null && !requestedId.equals(request.getRequestedSessionId())) {
            former = end(requestedId); // the application changed the id, as a login does
        }
        OwnedPin pin = look(request, movedHere);
        if (pin != null && former != null) {
            pin.follows(former);
        }
        if (movedHere && requestedId != null && former == null && isGone(request, requestedId)) {
            jvmRoute.owned().endedUnstated(AffinityKey.ofSession(requestedId));
        }
        return pin;
    }

    /** Whether the session that a request brought here has ended in it, or got another id. */
    private boolean isGone(Request request, String id) throws IOException {
        return RoutedSessionId.hasRoute(id, route)
                && !served.containsKey(id)
                && request.getContext() != null
                && request.getContext().getManager() != null
                && request.getContext().getManager().findSession(id) == null;
    }

    private @Nullable OwnedPin look(Request request, boolean movedHere) throws IOException {
        Session session = findSession(request);
        if (session == null) {
            return null;
        }
        String id = session.getIdInternal();
        Served known = served.get(id);
        if (known != null
                && known.timeout() == session.getMaxInactiveInterval()
                && !known.isReplacedBy(session)
                && !known.pin().isLost()) {
            jvmRoute.owned().servedAgain(known.pin());
            return known.pin();
        }
        if (known != null && known.pin().isTaken()) {
            return null; // during this request: what lies here is to be dropped, not claimed again
        }
        if (!session.isValid() || !RoutedSessionId.hasRoute(id, route)) {
            return null;
        }
        OwnedPin pin = state(session, id, movedHere);
        if (request.getContext().getManager().findSession(id) == null) {
            end(id); // by another request, before it was watched
            return null;
        }
        return pin;
    }

    /** The session without touching it: {@code getSession} would count as an access and keep it alive. */
    private @Nullable Session findSession(Request request) throws IOException {
        if (request.getContext() == null || request.getContext().getManager() == null) {
            return null;
        }
        String requested = request.getRequestedSessionId();
        if (requested != null && RoutedSessionId.hasRoute(requested, route)) {
            Session session = request.getContext().getManager().findSession(requested);
            if (session != null) {
                return session;
            }
        }
        return request.getSessionInternal(false); // what the application made in this request
    }

    private OwnedPin state(Session session, String id, boolean movedHere) {
        int timeout = session.getMaxInactiveInterval();
        OwnedPin pin = jvmRoute.owned().served(AffinityKey.ofSession(id), movedHere, Duration.ofSeconds(timeout));
        session.removeSessionListener(this);
        session.addSessionListener(this);
        served.put(id, new Served(new WeakReference<>(session), timeout, pin, System.nanoTime()));
        if (puts.incrementAndGet() % PUTS_BETWEEN_SWEEPS == 0) {
            served.keySet().forEach(this::dropStale);
            served.values().removeIf(one -> one.pin().isLost() && !one.pin().isTaken()); // or its copy would be left
        }
        return pin;
    }

    // ---- ending ----

    @Override
    public void sessionEvent(SessionEvent event) {
        if (Session.SESSION_DESTROYED_EVENT.equals(event.getType())) {
            end(event.getSession().getIdInternal());
        }
    }

    private @Nullable OwnedPin end(String id) {
        Served ended = served.remove(id);
        if (ended == null) {
            return null;
        }
        jvmRoute.owned().ended(ended.pin());
        return ended.pin();
    }

    // ---- draining ----

    @Override
    public boolean holds(String sessionId) {
        String here = RoutedSessionId.withRoute(sessionId, route);
        for (Manager manager : managers(container)) {
            if (findValid(manager, here) != null) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void forEach(BiConsumer<String, OwnedPin> visitor) {
        served.forEach((id, one) -> visitor.accept(id, one.pin()));
    }

    @Override
    public Release release(String sessionId, BooleanSupplier departs, Consumer<String> unserializable) {
        Served known = served.get(sessionId);
        if (known == null || outstanding.existed() || early.mayBeIn(sessionId, known.sinceNanos())) {
            return Release.NOT_YET;
        }
        for (Manager manager : managers(container)) {
            Session session = findValid(manager, sessionId);
            Release release = session == null
                    ? Release.RELEASED
                    : ReplicatedSessions.release(manager, session, outstanding, unserializable);
            if (release != Release.RELEASED) {
                return release;
            }
        }
        return departs.getAsBoolean() ? Release.RELEASED : Release.NOT_YET;
    }

    private static @Nullable Session findValid(Manager manager, String id) {
        try {
            Session session = manager.findSession(id);
            return session != null && session.isValid() ? session : null;
        } catch (IOException e) { // of a store
            throw new UncheckedIOException(e);
        }
    }

    /** Those of all contexts below. */
    private static List<Manager> managers(Container below) {
        List<Manager> found = new ArrayList<>();
        if (below instanceof Context context && context.getManager() != null) {
            found.add(context.getManager());
        }
        for (Container child : below.findChildren()) {
            if (!(child instanceof Wrapper)) {
                found.addAll(managers(child));
            }
        }
        return found;
    }
}
