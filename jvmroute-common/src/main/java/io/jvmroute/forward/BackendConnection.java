package io.jvmroute.forward;

import io.jvmroute.http1.ChunkedDecoder;
import io.jvmroute.http1.RequestHeadEncoder;
import io.jvmroute.http1.ResponseHeadParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a backend with all that an exchange on it needs. Owned by one thread at a time: the one that carries a
 * request, else the pool.
 *
 * <p>Others, the watchdog foremost, touch it through the deadline alone: whoever swaps an armed deadline first
 * wins, so that a connection is either returned or killed, never both.
 *
 * <pre>
 *            arm                    watchdog: time is up, or the client is gone
 * UNARMED --------> odd number ------------------------> EXPIRED
 *         <--------     ^ |                                 ^
 *          disarm       | v                                 |
 *                     LOOKING (at the client) --------------+
 * </pre>
 *
 * <p>While the watchdog looks at the client, the owner waits before it goes on: the two never touch the client's side at once.
 */
final class BackendConnection {
    private static final long UNARMED = 0;
    private static final long EXPIRED = 2;
    private static final long LOOKING = 4;
    private static final long LOOK_NANOS = 10_000; // what a read that does not block takes

    final RequestHeadEncoder encoder =
            new RequestHeadEncoder(ForwardHeaders.HOP_LOWER_CASE, ForwardHeaders.TLS_LOWER_CASE);
    final ForwardHeaders headers = new ForwardHeaders(encoder);
    final ResponseHeadParser head = new ResponseHeadParser();
    final ChunkedDecoder chunks = new ChunkedDecoder();
    final ByteBuffer in;
    final ByteBuffer out;

    private final BackendSocket socket;
    private final SocketChannel channel;
    private final InputStream stream;
    private final BackendPool pool;
    private final BufferPool.Buffers buffers;
    private final AtomicLong deadline = new AtomicLong(UNARMED);
    private @Nullable BlockingExchange client; // published by arm
    private boolean clientGone; // published by EXPIRED
    private long lastSeen; // by the watchdog
    private volatile int looksInRow; // written by the watchdog
    private long idleSince;
    private boolean reused;
    private boolean closed;

    BackendConnection(BackendSocket socket, BackendPool pool, BufferPool.Buffers buffers) throws IOException {
        this.socket = socket;
        channel = socket.channel;
        this.pool = pool;
        this.buffers = buffers;
        in = buffers.in();
        out = buffers.out();
        stream = channel.socket().getInputStream();
    }

    // ---- the watch ----

    /** Lets the watchdog kill the connection at this time, unless {@link #disarm} comes first. */
    void arm(long time) throws IOException {
        long seen;
        do {
            seen = settled();
            if (seen == EXPIRED) {
                throw new IOException("timed out");
            }
        } while (!deadline.compareAndSet(seen, time | 1));
    }

    /** The state, once no look at the client is under way: that waits for nothing itself. */
    private long settled() {
        long seen;
        while ((seen = deadline.get()) == LOOKING) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return seen;
    }

    /** Lets the watchdog look at this client too while the connection is armed; null: at none. */
    void watch(@Nullable BlockingExchange exchange) {
        client = exchange;
    }

    /** Whether the connection was killed for want of a client. */
    boolean isClientGone() {
        return isExpired() && clientGone;
    }

    /** Whether the connection was not killed meanwhile. */
    boolean disarm() {
        long seen;
        do {
            seen = settled();
            if (seen == UNARMED || seen == EXPIRED) {
                return seen == UNARMED;
            }
        } while (!deadline.compareAndSet(seen, UNARMED));
        return true;
    }

    boolean isExpired() {
        return deadline.get() == EXPIRED;
    }

    /** Called by the watchdog: ends the connection if its time is up or its client gone, which wakes its owner. */
    void expire(long now) {
        long seen = deadline.get();
        boolean armed = (seen & 1) == 1;
        int looks = armed && seen == lastSeen ? looksInRow + 1 : 0;
        looksInRow = looks;
        lastSeen = seen;
        if (armed && now - seen >= 0) {
            if (deadline.compareAndSet(seen, EXPIRED)) {
                kill();
            }
        } else if (looks % 2 == 1 && deadline.compareAndSet(seen, LOOKING)) { // nothing came since the last time
            lookAtClient(seen);
        }
    }

    /** Called by any thread: whether its owner waits, and nothing came in so many looks of the watchdog. */
    boolean isSilentFor(int looks) {
        return looksInRow >= looks;
    }

    /** Called by any thread: ends the connection if its owner waits, as if the time were up. */
    void giveUp() {
        long seen = deadline.get();
        if ((seen & 1) == 1 && deadline.compareAndSet(seen, EXPIRED)) {
            kill();
        }
    }

    BackendPool pool() {
        return pool;
    }

    private void lookAtClient(long armed) {
        BlockingExchange exchange = client;
        boolean gone = false;
        try {
            gone = exchange != null && exchange.isClientGone();
        } finally {
            clientGone = gone;
            deadline.set(gone ? EXPIRED : armed);
        }
        if (gone) {
            kill();
        }
    }

    /** Ends the connection under its owner's hands. */
    void kill() {
        socket.close();
    }

    /**
     * Makes it ready for a request.
     *
     * @param time when the watchdog ends that
     */
    void handshake(long time) throws IOException {
        if (socket.isPlain()) {
            return;
        }
        arm(time);
        try {
            socket.handshake();
        } catch (IOException e) {
            throw isExpired() ? (IOException) new SocketTimeoutException("TLS handshake").initCause(e) : e;
        }
        if (!disarm()) {
            throw new SocketTimeoutException("TLS handshake");
        }
    }

    // ---- the owner's life with it ----

    boolean isReused() {
        return reused;
    }

    void markIdle(long now) {
        idleSince = now;
        reused = true;
    }

    long idleTime(long now) {
        return now - idleSince;
    }

    /**
     * Whether a request may be sent: no byte is there that no request asked for and, if {@code looksForEnd}, the backend has
     * not closed it.
     */
    boolean isSound(boolean looksForEnd) {
        try {
            if (socket.isPlain() && !looksForEnd) {
                return stream.available() == 0;
            } // of TLS a ticket for the next session may be there, which is no surplus byte (RFC 8446 §4.6.1)
            channel.configureBlocking(false);
            boolean silent = fill() == 0;
            channel.configureBlocking(true);
            return silent;
        } catch (IOException e) {
            return false;
        }
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** Ends it; its owner must not touch it or its buffers again. */
    void close() {
        if (!closed) {
            closed = true;
            socket.takeLeave();
            kill();
            pool.closed(this, buffers);
        }
    }

    /** Gives the socket away, and ends the rest: its owner must not touch it or its buffers again. */
    BackendSocket detach() {
        closed = true;
        pool.closed(this, buffers);
        return socket;
    }

    // ---- bytes ----

    /** Writes all that is in {@link #out}, which keeps it. */
    void send() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            socket.write(out);
        }
    }

    /** Puts what another connection could not deliver into {@link #out}. */
    void takeRequestOf(BackendConnection other) {
        out.put(other.out.position(0));
    }

    /** Reads once into {@link #in}, which must be empty; the number of bytes, -1 at the end. */
    int fill() throws IOException {
        in.clear();
        try {
            return socket.read(in);
        } finally {
            in.flip();
        }
    }

    /** Whether bytes can be read without waiting. */
    boolean hasMore() throws IOException {
        return socket.isPlain() ? stream.available() > 0 : socket.hasBuffered();
    }

    // ---- writing with an eye on what comes back, for uploads ----

    void configureBlocking(boolean blocking) throws IOException {
        channel.configureBlocking(blocking);
    }

    /** Writes what the socket takes; the rest stays in {@link #out}. */
    void trySend() throws IOException {
        socket.write(out);
    }

    /** Whether {@link #trySend} is to be called again. */
    boolean hasUnsent() {
        return out.hasRemaining() || socket.hasUnsent();
    }

    /** Makes a selector tell when these {@link java.nio.channels.SelectionKey operations} are possible. */
    void registerWith(Selector selector, int operations) throws IOException {
        channel.register(selector, operations);
    }
}
