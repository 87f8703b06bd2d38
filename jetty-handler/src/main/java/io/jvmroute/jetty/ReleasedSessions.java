package io.jvmroute.jetty;

import io.jvmroute.SessionHost.Release;
import java.io.NotSerializableException;
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

    private ReleasedSessions() {}

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

    /** Writes the session as it is now and forgets it. {@code id} is without a route. */
    static Release release(SessionManager manager, String id, Consumer<String> unserializable) {
        if (!isShared(manager)) {
            return holds(manager, id) ? Release.STAYS : Release.RELEASED;
        }
        if (!(manager.getSessionCache() instanceof DefaultSessionCache cache)) {
            return Release.RELEASED; // keeps nothing
        }
        ManagedSession session = cache.doGet(id);
        if (session == null) {
            return Release.RELEASED;
        }
        AutoLock lock = session.lock();
        try {
            return session.getRequests() > 0 ? Release.IN_USE : evict(cache, session, unserializable);
        } finally {
            lock.close();
        }
    }

    private static Release evict(DefaultSessionCache cache, ManagedSession session, Consumer<String> unserializable) {
        if (session.isValid()) {
            try {
                session.getSessionData().setDirty(true); // or what only the last access has changed may be left out
                cache.getSessionDataStore().store(session.getId(), session.getSessionData());
            } catch (Exception e) { // whatever a store throws
                tell(e, unserializable);
                return Release.STAYS;
            }
        }
        cache.doDelete(session.getId());
        session.setResident(false);
        return Release.RELEASED;
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
