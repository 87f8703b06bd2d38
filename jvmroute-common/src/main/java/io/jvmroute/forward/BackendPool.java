package io.jvmroute.forward;

import io.jvmroute.cluster.Node;
import io.jvmroute.http.Hosts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one life of one node. The one used last is used next: it is the warmest, and the others get old enough
 * to be closed. Thread-safe, without a lock: with more threads than cores, one that is preempted while it holds a lock that every
 * request takes makes all others wait for it.
 */
final class BackendPool {
    /** Below this age a connection is taken to be alive, if a look confirms it, even for a request that can't be repeated. */
    private static final long JUST_USED = TimeUnit.SECONDS.toNanos(1);

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
    }

    private final Key key;
    private final ForwardSettings settings;
    private final BufferPool buffers;
    private final TunnelBuffers tlsBuffers;
    private final BackendTls tls;
    private final LongSupplier nanoTime;
    private final Set<BackendConnection> watched;
    private final ConcurrentLinkedDeque<BackendConnection> idle = new ConcurrentLinkedDeque<>();
    private final AtomicInteger idleCount = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean closed;

    /**
     * What the pools of a forwarder share.
     *
     * @param tls how to reach backends with an https url
     * @param nanoTime the clock of handshakes
     * @param watched where connections are listed while they exist
     */
    record Means(
            ForwardSettings settings,
            BufferPool buffers,
            TunnelBuffers tlsBuffers,
            BackendTls tls,
            LongSupplier nanoTime,
            Set<BackendConnection> watched) {}

    /** A pool without connections. */
    BackendPool(Key key, Means means) {
        this.key = key;
        settings = means.settings();
        buffers = means.buffers();
        tlsBuffers = means.tlsBuffers();
        tls = means.tls();
        nanoTime = means.nanoTime();
        watched = means.watched();
    }

    AtomicInteger inFlight() {
        return inFlight;
    }

    Key key() {
        return key;
    }

    PoolStatistics statistics() {
        return new PoolStatistics(open.get(), Math.max(0, idleCount.get()));
    }

    /**
     * A connection for a request.
     *
     * <p>A surplus byte is looked for each time (one system call): it would be taken for the answer of this request. The end of
     * the stream is looked for when the connection has been idle for a while or the request can't be repeated; else the retry
     * on a fresh connection is cheaper.
     *
     * @param repeatable whether the request may be sent again if the connection turns out to be dead
     * @throws IOException if there is none and no new one comes up
     */
    BackendConnection checkOut(boolean repeatable, long now) throws IOException {
        for (BackendConnection connection; (connection = takeIdle(repeatable, now)) != null; ) {
            if (connection.isSound(!repeatable || connection.idleTime(now) >= JUST_USED)) {
                return connection;
            }
            connection.close();
        }
        return open();
    }

    private @Nullable BackendConnection takeIdle(boolean repeatable, long now) {
        long kept = settings.poolIdleTime().toNanos();
        long oldest = repeatable ? kept : Math.min(kept, JUST_USED);
        BackendConnection newest = idle.pollFirst();
        if (newest == null) {
            return null;
        }
        if (newest.idleTime(now) >= oldest) {
            putBack(newest);
            return null;
        }
        idleCount.decrementAndGet();
        return newest;
    }

    /**
     * A fresh connection.
     *
     * @throws IOException if it does not come up in time
     */
    BackendConnection open() throws IOException {
        SocketChannel channel = openChannel();
        try {
            channel.setOption(
                    StandardSocketOptions.TCP_NODELAY, true); // or Nagle holds the second half of a POST for 40 ms
            int timeout = (int) Math.min(
                    Integer.MAX_VALUE, Math.max(1, settings.connectTimeout().toMillis()));
            channel.socket()
                    .connect(
                            new InetSocketAddress(key.url().getHost(), key.url().getPort()), timeout);
            if (channel.getLocalAddress().equals(channel.getRemoteAddress())) {
                // RFC 9293 §3.5 figure 7: without a listener, a port of the ephemeral range can meet itself
                throw new ConnectException("connection to itself");
            }
            return greet(register(channel));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static SocketChannel openChannel() throws LocalFailureException {
        try {
            return SocketChannel.open();
        } catch (IOException e) {
            throw new LocalFailureException(e);
        }
    }

    private BackendConnection register(SocketChannel channel) throws IOException {
        BackendSocket socket = new BackendSocket(channel, key.isTls() ? tlsChannel(channel) : null);
        BackendConnection connection = new BackendConnection(socket, this, buffers.take());
        open.incrementAndGet();
        watched.add(connection);
        return connection;
    }

    private TlsChannel tlsChannel(SocketChannel channel) throws IOException {
        String host = key.url().getHost();
        String name = Hosts.unbracketed(host); // RFC 3986 §3.2.2
        return tls.channel(channel, name, key.url().getPort(), tlsBuffers);
    }

    private BackendConnection greet(BackendConnection connection) throws IOException {
        boolean ready = false;
        try {
            connection.handshake(
                    nanoTime.getAsLong() + settings.connectTimeout().toNanos());
            ready = true;
            return connection;
        } finally {
            if (!ready) {
                connection.close();
            }
        }
    }

    /** Takes a connection back that is ready for another request. */
    void checkIn(BackendConnection connection, long now) {
        connection.markIdle(now);
        if (idleCount.incrementAndGet() > settings.maxIdlePerNode()) {
            idleCount.decrementAndGet();
            connection.close();
        } else {
            putBack(connection);
        }
    }

    private void putBack(BackendConnection connection) {
        idle.addFirst(connection);
        if (closed) {
            closeIdle(/* now= */ 0, Long.MIN_VALUE); // the end of this pool may have missed it
        }
    }

    /** Called by a connection that its owner has ended. */
    void closed(BackendConnection connection, BufferPool.Buffers itsBuffers) {
        watched.remove(connection);
        open.decrementAndGet();
        buffers.give(itsBuffers);
    }

    /** Closes what has been idle for too long. */
    void evict(long now) {
        closeIdle(now, settings.poolIdleTime().toNanos());
    }

    /** Closes what is idle, and later what comes back. */
    void close() {
        closed = true;
        closeIdle(/* now= */ 0, Long.MIN_VALUE);
    }

    private void closeIdle(long now, long age) {
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
