package io.jvmroute.jetty;

import io.jvmroute.JvmRoute;
import io.jvmroute.SessionHost;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.RoutedSessionId;
import io.jvmroute.record.OwnedPin;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.Session;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.session.DefaultSessionCache;
import org.eclipse.jetty.session.ManagedSession;
import org.eclipse.jetty.session.NullSessionCache;
import org.eclipse.jetty.session.SessionCache;
import org.eclipse.jetty.session.SessionData;
import org.eclipse.jetty.session.SessionManager;
import org.eclipse.jetty.util.component.Container;
import org.jspecify.annotations.Nullable;

/**
 * Watches the sessions that this node serves, in every context below the handler, whenever it was added: states their pins, follows changes of their
 * id, and ends the pins of those that end.
 *
 * <p>A session that was made here is told by Jetty; one that was loaded from a shared store is found in its cache once a request of it was served. Its
 * cookie is Jetty's own affair, which sends it again with this node's name. Thread-safe.
 */
final class ServedSessions implements Session.LifeCycleListener, Container.InheritedListener, SessionHost {
    /** Session managers take their listeners from the attributes of their context. */
    private static final String ATTRIBUTE = "io.jvmroute.sessions";

    private static final System.Logger LOG = System.getLogger(ServedSessions.class.getName());
    private static final int PUTS_BETWEEN_SWEEPS = 1024;

    private final JvmRoute jvmRoute;
    private final String route;
    private final Executor executor;
    private final List<SessionManager> managers = new CopyOnWriteArrayList<>();
    private final ConcurrentHashMap<String, Served> served = new ConcurrentHashMap<>(); // by id with this node's route
    private final Set<String> arriving =
            ConcurrentHashMap.newKeySet(); // with a request that is under way, not yet among these
    private final AtomicInteger puts = new AtomicInteger();

    /** A session that was served here: its timeout in seconds then, and its pin. The cache may let go of the session. */
    private record Served(WeakReference<@Nullable Session> session, int timeout, OwnedPin pin) {}

    /** {@code executor} is where a session store may be waited for. */
    ServedSessions(JvmRoute jvmRoute, String route, Executor executor) {
        this.jvmRoute = jvmRoute;
        this.route = route;
        this.executor = executor;
    }

    // ---- contexts ----

    @Override
    public void beanAdded(Container parent, Object child) {
        if (child instanceof ContextHandler context) {
            context.setAttribute(ATTRIBUTE, this);
        } else if (child instanceof SessionManager manager) {
            managers.add(manager);
        }
    }

    @Override
    public void beanRemoved(Container parent, Object child) {
        if (child instanceof ContextHandler context && context.getAttribute(ATTRIBUTE) == this) {
            context.removeAttribute(ATTRIBUTE);
        } else if (child instanceof SessionManager manager) {
            managers.remove(manager);
        }
    }

    /** Sessions without a context of their own take theirs, and so their listeners, from the server. */
    void watchWithoutContext(Server server) {
        server.setAttribute(ATTRIBUTE, this);
    }

    void leave(Server server) {
        if (server.getAttribute(ATTRIBUTE) == this) {
            server.removeAttribute(ATTRIBUTE);
        }
    }

    /** Says which sessions of this server have no affinity, for whoever put the handler in the wrong place. */
    void tellWhatIsNotWatched(Server server) {
        if (managers.isEmpty()) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "route={0} no sessions below AffinityHandler: this node will own none (expected: the handler around all that has sessions)",
                    route);
        }
        for (SessionManager manager : server.getContainedBeans(SessionManager.class)) {
            if (!managers.contains(manager)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "route={0} the sessions of {1} are not watched (expected: below AffinityHandler)",
                        route,
                        manager);
            }
        }
    }

    // ---- requests ----

    /**
     * A request of this session is about to be served here. On the home path one look into a map.
     *
     * @param sessionId as the request has it
     */
    void serving(Request request, String sessionId) {
        Served known = served.get(sessionId);
        if (known == null || known.pin().isLost()) {
            servingUnknown(request, sessionId);
            return;
        }
        Session session = known.session().get();
        int timeout = session == null ? known.timeout() : timeout(session);
        if (session != null && timeout != known.timeout()) {
            state(sessionId, session, /* movedHere= */ false);
        } else {
            jvmRoute.owned().servedAgain(known.pin());
        }
    }

    /** Without the session's lock, which Jetty holds while it writes the session to its store. */
    private static int timeout(Session session) {
        return session instanceof ManagedSession managed
                ? seconds(managed.getSessionData().getMaxInactiveMs())
                : session.getMaxInactiveInterval();
    }

    private static int seconds(long millis) {
        return (int) Math.min(Integer.MAX_VALUE, TimeUnit.MILLISECONDS.toSeconds(millis));
    }

    /** Made elsewhere, moved here, or lived elsewhere for a while and comes back: with whichever node's name behind its id. */
    private void servingUnknown(Request request, String sessionId) {
        String here = withRoute(sessionId);
        Served known = served.get(here);
        if (known != null && known.pin().isLost()) {
            drop(here, known);
            known = null;
        }
        if (known == null) {
            boolean movedHere = !here.equals(sessionId);
            arriving.add(here);
            Request.addCompletionListener(request, failure -> {
                arriving.remove(here);
                look(here, movedHere);
            });
        } else {
            jvmRoute.owned().servedAgain(known.pin());
        }
    }

    /**
     * The session lived elsewhere since: a copy in a cache is stale. What a shared store holds stays. A request that finds the copy lost waits here until it
     * is gone.
     */
    private void drop(String here, Served stale) {
        served.computeIfPresent(here, (id, known) -> {
            if (!known.equals(stale)) {
                return known;
            }
            for (SessionManager manager : managers) {
                boolean drops = known.pin().isTaken() || ReleasedSessions.isShared(manager);
                if (drops && manager.getSessionCache() instanceof DefaultSessionCache cache) {
                    letGo(cache.doDelete(RoutedSessionId.withoutRoute(id)));
                }
            }
            return null;
        });
    }

    /** Ends its timer, which would judge the session by what this copy knows of it. */
    private static void letGo(@Nullable ManagedSession copy) {
        if (copy != null) {
            copy.setResident(false);
        }
    }

    /** After a request with this id: whether it has a session here. */
    private void look(String here, boolean movedHere) {
        if (served.containsKey(here)) {
            return;
        }
        String id = RoutedSessionId.withoutRoute(here);
        for (SessionManager manager : managers) {
            SessionCache cache = manager.getSessionCache();
            try {
                if (cache != null && cache.contains(id)) {
                    state(here, cache, id, movedHere);
                } else if (cache != null && keepsNothing(cache)) {
                    executor.execute(() -> lookIntoStore(here, cache, id, movedHere));
                }
            } catch (Exception e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "a session can't be looked at; its pin comes with its next request",
                        e);
            }
        }
    }

    private void state(String here, SessionCache cache, String id, boolean movedHere) throws Exception {
        ManagedSession session = cache.get(id);
        if (session != null) {
            try {
                if (session.isValid()) {
                    state(here, session, movedHere);
                }
            } finally {
                cache.release(session);
            }
        }
    }

    private static boolean keepsNothing(SessionCache cache) {
        return cache instanceof NullSessionCache || cache.getEvictionPolicy() == SessionCache.EVICT_ON_SESSION_EXIT;
    }

    /** By the data alone: a session object made of it would be written back when it is let go. Waits for the store. */
    private void lookIntoStore(String here, SessionCache cache, String id, boolean movedHere) {
        try {
            SessionData data = cache.getSessionDataStore().load(id);
            if (data != null && !data.isExpiredAt(System.currentTimeMillis())) {
                int timeout = seconds(data.getMaxInactiveMs());
                state(here, null, timeout, movedHere);
            }
        } catch (Exception e) { // whatever a store throws
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a session's data can't be read; its pin comes with its next request",
                    e);
        }
    }

    private void state(String here, Session session, boolean movedHere) {
        state(here, session, timeout(session), movedHere);
    }

    private void state(String here, @Nullable Session session, int timeout, boolean movedHere) {
        OwnedPin pin = jvmRoute.owned().served(AffinityKey.ofSession(here), movedHere, Duration.ofSeconds(timeout));
        served.put(here, new Served(new WeakReference<>(session), timeout, pin));
        if (puts.incrementAndGet() % PUTS_BETWEEN_SWEEPS == 0) {
            served.forEach((id, one) -> {
                if (one.pin().isLost()) {
                    drop(id, one);
                }
            });
        }
    }

    // ---- draining ----

    /** The pin of the session, as far as a request of it was served; null if none was. */
    @Nullable
    OwnedPin find(String sessionId) {
        Served known = served.get(withRoute(sessionId));
        return known == null ? null : known.pin();
    }

    @Override
    public boolean sharesData() {
        return true; // what is released is: the rest stays
    }

    @Override
    public boolean holds(String sessionId) {
        String id = RoutedSessionId.withoutRoute(sessionId);
        return managers.stream().anyMatch(manager -> ReleasedSessions.holds(manager, id));
    }

    @Override
    public void forEach(BiConsumer<String, OwnedPin> visitor) {
        served.forEach((id, one) -> visitor.accept(id, one.pin()));
    }

    /** Of all contexts that have a session of this id, if the first can let it go. */
    @Override
    public Release release(String sessionId, BooleanSupplier departs, Consumer<String> unserializable) {
        String id = RoutedSessionId.withoutRoute(sessionId);
        for (SessionManager manager : managers) {
            if (!ReleasedSessions.isShared(manager) && ReleasedSessions.holds(manager, id)) {
                return Release.STAYS;
            }
        }
        return new ReleasedSessions(id, departs, unserializable).release(managers.iterator());
    }

    // ---- what Jetty tells ----

    @Override
    public void onSessionCreated(Session session) {
        state(withRoute(session.getId()), session, /* movedHere= */ false);
    }

    @Override
    public void onSessionDestroyed(Session session) {
        end(withRoute(session.getId()));
    }

    @Override
    public void onSessionIdChanged(Session session, String oldId) {
        end(withRoute(oldId));
        state(withRoute(session.getId()), session, /* movedHere= */ false);
    }

    private String withRoute(String id) {
        return RoutedSessionId.withRoute(id, route);
    }

    private void end(@Nullable String id) {
        Served ended = id == null ? null : served.remove(id);
        if (ended != null) {
            jvmRoute.owned().ended(ended.pin());
        } else if (id != null && arriving.contains(id)) {
            jvmRoute.owned().endedUnstated(AffinityKey.ofSession(id));
        }
    }
}
