package io.jvmroute.jetty;

import io.jvmroute.cluster.Node;
import io.jvmroute.forward.ForwardSettings;
import io.jvmroute.forward.PoolStatistics;
import io.jvmroute.http.Hosts;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one life of one node. The one used last is used next: it is the warmest, and the others get old enough to be closed.
 * Thread-safe, without a lock.
 */
final class BackendPool {
    /** Below this age a connection is taken to be alive, if a look confirms it, for a request that can't be repeated. */
    private static final long JUST_USED = TimeUnit.SECONDS.toNanos(1);

    private static final Object ANYWHERE = new Object();

    /**
     * What tells pools apart.
     *
     * @param incarnation the node's life
     * @param url where it listens
     */
    record Key(String incarnation, URI url) {
        static Key of(Node node) {
            return new Key(node.incarnation(), node.url());
        }

        boolean isTls() {
            return "https".equals(url.getScheme());
        }

        /** The host without the brackets of RFC 3986 §3.2.2. */
        String host() {
            String host = url.getHost();
            return Hosts.unbracketed(host);
        }
    }

    private final Key key;
    private final ForwardSettings settings;
    private final BackendConnector connector;
    private final ConcurrentHashMap<Object, ConcurrentLinkedDeque<BackendConnection>> idle = new ConcurrentHashMap<>();
    private final AtomicInteger idleCount = new AtomicInteger();
    private final Set<BackendConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean closed;

    BackendPool(Key key, ForwardSettings settings, BackendConnector connector) {
        this.key = key;
        this.settings = settings;
        this.connector = connector;
    }

    Key key() {
        return key;
    }

    AtomicInteger inFlight() {
        return inFlight;
    }

    PoolStatistics statistics() {
        return new PoolStatistics(open.size(), Math.max(0, idleCount.get()));
    }

    /**
     * An idle connection for a request.
     *
     * <p>Its end, and what nobody asked for, is heard of at once, as a rule. A look makes sure: what came a moment ago, and its selector has yet to tell, would be
     * taken for the answer.
     *
     * @param home the client's selector, which the connection is to share; null for one of its own
     * @param repeatable whether the request may be sent again if the connection turns out to be dead
     * @return null if there is none
     */
    @Nullable
    BackendConnection checkOut(@Nullable ClientSelector home, boolean repeatable, long now) {
        ConcurrentLinkedDeque<BackendConnection> idle = idleAt(home);
        for (BackendConnection connection; (connection = takeIdle(idle, repeatable, now)) != null; ) {
            if (connection.isSilent()) {
                return connection;
            }
            connection.close();
        }
        return null;
    }

    private ConcurrentLinkedDeque<BackendConnection> idleAt(@Nullable ClientSelector home) {
        Object place = home == null || key.isTls() ? ANYWHERE : home.selector();
        ConcurrentLinkedDeque<BackendConnection> there = idle.get(place);
        return there != null ? there : idle.computeIfAbsent(place, p -> new ConcurrentLinkedDeque<>());
    }

    private @Nullable BackendConnection takeIdle(
            ConcurrentLinkedDeque<BackendConnection> idle, boolean repeatable, long now) {
        long kept = settings.poolIdleTime().toNanos();
        long oldest = repeatable ? kept : Math.min(kept, JUST_USED);
        BackendConnection newest = idle.pollFirst();
        if (newest == null) {
            return null;
        }
        idleCount.decrementAndGet();
        if (newest.idleTime(now) >= oldest) {
            putBack(newest);
            newest.awaitReadable(); // its end may have come between
            return null;
        }
        return newest;
    }

    /** Opens a fresh connection; the promise is kept on any thread, maybe before this method returns. */
    void open(@Nullable ClientSelector home, Promise<BackendConnection> promise) {
        connector.open(this, home, promise);
    }

    /** Takes a connection back that is ready for another request. */
    void checkIn(BackendConnection connection, long now) {
        connection.markIdle(now);
        connection.detach();
        if (closed || idleCount.get() >= settings.maxIdlePerNode()) {
            connection.close();
        } else {
            putBack(connection);
            connection.awaitReadable();
        }
    }

    void putBack(BackendConnection connection) {
        idleCount.incrementAndGet();
        idleAt(connection.home()).addFirst(connection);
        if (closed) { // the end of this pool may have missed it
            closeIdle(/* now= */ 0, Long.MIN_VALUE);
        }
    }

    /** Takes this very connection out, unless somebody else did. */
    boolean remove(BackendConnection connection) {
        boolean removed = idleAt(connection.home()).remove(connection);
        if (removed) {
            idleCount.decrementAndGet();
        }
        return removed;
    }

    void opened(BackendConnection connection) {
        open.add(connection);
    }

    void closed(BackendConnection connection) {
        open.remove(connection);
    }

    /** Closes what has been idle for too long, and what takes too long to open. */
    void evict(long now) {
        open.forEach(connection -> connection.expire(now));
        closeIdle(now, settings.poolIdleTime().toNanos());
    }

    /** Closes what is idle, and later what comes back. */
    void close() {
        closed = true;
        closeIdle(/* now= */ 0, Long.MIN_VALUE);
    }

    /** Closes all connections, whoever uses them. */
    void kill() {
        close();
        open.forEach(BackendConnection::close);
    }

    private void closeIdle(long now, long age) {
        idle.values().forEach(there -> closeIdle(there, now, age));
    }

    private void closeIdle(ConcurrentLinkedDeque<BackendConnection> idle, long now, long age) {
        for (BackendConnection oldest; (oldest = idle.pollLast()) != null; ) {
            if (closed || oldest.idleTime(now) >= age) {
                idleCount.decrementAndGet();
                oldest.close();
            } else {
                idle.addLast(oldest);
                if (!closed) { // or the end of this pool has missed it
                    return;
                }
            }
        }
    }
}
