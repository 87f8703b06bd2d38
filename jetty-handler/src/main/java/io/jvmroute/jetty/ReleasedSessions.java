package io.jvmroute.jetty;

import io.jvmroute.SessionHost.Release;
import java.io.NotSerializableException;
import java.util.Iterator;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.eclipse.jetty.session.CachingSessionDataStore;
import org.eclipse.jetty.session.DefaultSessionCache;
import org.eclipse.jetty.session.FileSessionDataStore;
import org.eclipse.jetty.session.ManagedSession;
import org.eclipse.jetty.session.SessionCache;
import org.eclipse.jetty.session.SessionDataStore;
import org.eclipse.jetty.session.SessionManager;
import org.eclipse.jetty.util.thread.AutoLock;

/** Lets a session go to the store that the nodes share, and out of this node's memory. */
final class ReleasedSessions {
    private static final System.Logger LOG = System.getLogger(ServedSessions.class.getName());

    private final String id;
    private final BooleanSupplier departs;
    private final Consumer<String> unserializable;

    /** {@code id} is without a route; the others are as {@link io.jvmroute.SessionHost#release} has them. */
    ReleasedSessions(String id, BooleanSupplier departs, Consumer<String> unserializable) {
        this.id = id;
        this.departs = departs;
        this.unserializable = unserializable;
    }

    /** Whether the manager keeps data where other nodes read them: in any store but none and files, which are a node's own. */
    static boolean isShared(SessionManager manager) {
        SessionCache cache = manager.getSessionCache();
        SessionDataStore store = cache == null ? null : cache.getSessionDataStore();
        while (store instanceof CachingSessionDataStore caching) {
            store = caching.getSessionStore();
        }
        return store != null && store.isPassivating() && !(store instanceof FileSessionDataStore);
    }

    /** Whether the manager has the session, in memory or, where that is its own, in its store. Waits for no store that is shared. */
    static boolean holds(SessionManager manager, String id) {
        SessionCache cache = manager.getSessionCache();
        try {
            return cache != null && (isShared(manager) ? cache.contains(id) : cache.exists(id));
        } catch (Exception e) { // whatever a store throws
            LOG.log(System.Logger.Level.DEBUG, "a session can't be looked for", e);
            return false;
        }
    }

    /**
     * Writes what all managers have of the session as it is now, and then forgets it. They are locked until then: Jetty gives a request nothing that was let go while
     * the request waited for its lock, so no request may come in any more when that is done.
     */
    Release release(Iterator<SessionManager> managers) {
        if (!managers.hasNext()) {
            return departs.getAsBoolean() ? Release.RELEASED : Release.NOT_YET;
        }
        SessionManager manager = managers.next();
        if (!isShared(manager)) {
            return holds(manager, id) ? Release.STAYS : release(managers);
        }
        ManagedSession session =
                manager.getSessionCache() instanceof DefaultSessionCache cache ? cache.doGet(id) : null;
        if (session == null) {
            return release(managers); // other caches keep nothing
        }
        AutoLock lock = session.lock();
        try {
            return session.getRequests() > 0
                    ? Release.NOT_YET
                    : evict((DefaultSessionCache) manager.getSessionCache(), session, managers);
        } finally {
            lock.close();
        }
    }

    private Release evict(DefaultSessionCache cache, ManagedSession session, Iterator<SessionManager> others) {
        if (session.isValid()) {
            try {
                session.getSessionData().setDirty(true); // or what only the last access has changed may be left out
                cache.getSessionDataStore().store(session.getId(), session.getSessionData());
            } catch (Exception e) { // whatever a store throws
                tell(e, unserializable);
                return Release.STAYS;
            }
        }
        Release release = release(others);
        if (release == Release.RELEASED) {
            cache.doDelete(session.getId());
            session.setResident(false);
        }
        return release;
    }

    private static void tell(Exception failure, Consumer<String> unserializable) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NotSerializableException) {
                unserializable.accept(String.valueOf(cause.getMessage()));
                return;
            }
        }
        LOG.log(System.Logger.Level.WARNING, "a session can't be stored; it is not handed over", failure);
    }
}
