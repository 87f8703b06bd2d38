package io.jvmroute.forward;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Carries the bytes of a connection that has switched to another protocol (RFC 9110 §7.8), both ways, until one side ends.
 *
 * <pre>{@code
 * client --read-- container's thread --write--> backend      a backend that takes no more: the client is not read
 * client <--write-- selector's thread --read--  backend      a client that takes no more: the backend is not read
 * }</pre>
 *
 * <p>No thread waits for a tunnel, and an idle one holds no buffer. Each direction has a lock of its own, held over I/O that does not
 * block. The end of the client's side is passed on, and the backend may go on to send; the end of the backend's side ends the tunnel once
 * all is sent, since containers can't close one half of a client's connection. How a WebSocket is told of its end is for {@link GoAway} to say.
 *
 * <p>The container calls {@link #open} first, then the others as the client's connection gets ready. Thread-safe.
 */
public final class Tunnel {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Tunnels tunnels;
    private final TunnelLoop loop;
    private final BackendSocket backend;
    private final BackendPool to;
    private final HopWatch watch;
    private final GoAway goAway;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile long lastActive;
    private volatile @Nullable TunnelClient client;
    private volatile @Nullable SelectionKey key;

    private final ReentrantLock upstream = new ReentrantLock();
    private @Nullable ByteBuffer toBackend; // what the backend has not taken
    private boolean clientEnded;

    private final ReentrantLock downstream = new ReentrantLock();
    private @Nullable ByteBuffer toClient; // what the client has not taken
    private boolean clientBlocked;
    private volatile boolean backendEnded;

    /**
     * How a tunnel begins.
     *
     * @param to whose connection it was
     * @param early what was read from the backend already
     * @param protocol what both sides have switched to
     * @param watch asked now and then whether the tunnel leads to the wrong node
     */
    record Start(BackendPool to, ByteBuffer early, String protocol, HopWatch watch) {}

    Tunnel(Tunnels tunnels, TunnelLoop loop, BackendSocket backend, Start start) {
        this.tunnels = tunnels;
        this.loop = loop;
        this.backend = backend;
        lastActive = tunnels.now();
        to = start.to;
        watch = start.watch;
        goAway = new GoAway(start.protocol);
        goAway.fromBackend(start.early);
        toClient = start.early.hasRemaining() ? start.early : null;
    }

    // ---- the container's side ----

    /** Begins to carry bytes; first those that the backend sent right behind its answer. */
    public void open(TunnelClient end) {
        client = end;
        if (closed.get()) {
            end.close();
            return;
        }
        downstream.lock();
        try {
            ByteBuffer early = toClient;
            clientBlocked = early != null && !end.write(early);
            if (!clientBlocked) {
                toClient = null;
                tellClient();
                carryBuffered();
            }
            key = loop.register(backend.channel, awaitsBackend() ? SelectionKey.OP_READ : 0, this);
        } catch (IOException e) {
            fail(e);
        } finally {
            downstream.unlock();
        }
    }

    /**
     * Passes on what the client has sent.
     *
     * @return whether to call again when there is more; if not, {@link TunnelClient#resumeReading} says when, or the tunnel is closed
     */
    public boolean clientReadable() {
        upstream.lock();
        try {
            return !closed.get() && toBackend == null && !clientEnded && carryUp();
        } catch (IOException e) {
            fail(e);
            return false;
        } finally {
            upstream.unlock();
        }
    }

    private boolean carryUp() throws IOException {
        ByteBuffer buffer = tunnels.buffers().take();
        try {
            while (true) {
                int read = end().read(buffer.clear());
                if (read <= 0) {
                    clientEnded = read < 0;
                    endBackendOutput();
                    if (backendEnded && !goAway.awaitsAnswer()) {
                        close();
                    }
                    return !clientEnded;
                }
                touch();
                goAway.fromClient(buffer.flip());
                if (!backend.write(buffer)) {
                    toBackend = buffer;
                    listen(SelectionKey.OP_WRITE);
                    return false;
                }
            }
        } finally {
            if (toBackend == null) {
                tunnels.buffers().give(buffer);
            }
        }
    }

    private void endBackendOutput() throws IOException {
        if (clientEnded) {
            goAway.clientEnded();
            backend.endOutput();
        }
    }

    /** Goes on to send to the client. */
    public void clientWritable() {
        downstream.lock();
        try {
            if (!closed.get() && clientBlocked && end().write(toClient == null ? NOTHING : toClient)) {
                touch();
                clientBlocked = false;
                releaseToClient();
                tellClient();
                carryBuffered();
                if (awaitsBackend()) {
                    listen(SelectionKey.OP_READ);
                }
            }
        } catch (IOException e) {
            fail(e);
        } finally {
            downstream.unlock();
        }
    }

    boolean isTo(BackendPool pool) {
        return to == pool;
    }

    /** Has the client go away, in good order where the protocol knows one; else ends both sides. Returns at once. */
    void goAway() {
        if (goAway.tryBegin(tunnels.now())) {
            beginToGo();
        } else {
            close();
        }
    }

    private void beginToGo() {
        downstream.lock();
        try {
            if (!closed.get() && key != null && !clientBlocked) { // else whoever opens or unblocks it does so
                tellClient();
                if (clientBlocked) {
                    ignore(SelectionKey.OP_READ);
                }
            }
        } catch (CancelledKeyException | IOException e) {
            fail(e);
        } finally {
            downstream.unlock();
        }
    }

    /** Ends both sides; what was not sent is lost. */
    public void close() {
        if (closed.compareAndSet(false, true)) {
            tunnels.ended(this);
            backend.close();
            loop.wakeup(); // a registered socket is closed by its selector
            TunnelClient end = client;
            if (end != null) {
                end.close();
            }
        }
    }

    /** Whether the tunnel has ended. */
    public boolean isClosed() {
        return closed.get();
    }

    /** Like {@link #isClosed}, but waits for a write to the client that is under way: if true, there will be no other. */
    public boolean isQuiet() {
        downstream.lock();
        try {
            return closed.get();
        } finally {
            downstream.unlock();
        }
    }

    // ---- the backend's side, on the selector's thread ----

    void backendReady(SelectionKey ready) {
        try {
            if (ready.isWritable()) {
                backendWritable();
            }
            if (ready.isReadable()) {
                backendReadable();
            }
        } catch (CancelledKeyException | IOException e) {
            fail(e);
        }
    }

    private void backendWritable() throws IOException {
        upstream.lock();
        try {
            ByteBuffer pending = toBackend;
            if (closed.get() || pending == null) {
                return;
            }
            touch();
            if (backend.write(pending)) {
                toBackend = null;
                tunnels.buffers().give(pending);
                ignore(SelectionKey.OP_WRITE);
                end().resumeReading();
            }
        } finally {
            upstream.unlock();
        }
    }

    private void backendReadable() throws IOException {
        downstream.lock();
        try {
            if (!closed.get() && awaitsBackend()) {
                carryDown();
                carryBuffered();
                if (!closed.get() && !awaitsBackend()) {
                    ignore(SelectionKey.OP_READ);
                }
            }
        } finally {
            downstream.unlock();
        }
    }

    /** Reads once: if there is more, the selector says so again, after it has served the others. */
    private void carryDown() throws IOException {
        ByteBuffer buffer = tunnels.buffers().take();
        toClient = buffer;
        int read = backend.read(buffer.clear());
        if (read > 0) {
            touch();
            goAway.fromBackend(buffer.flip());
            clientBlocked = buffer.hasRemaining() && !end().write(buffer);
        }
        if (!clientBlocked || !buffer.hasRemaining()) {
            releaseToClient();
        }
        if (read < 0) {
            backendEnded = true;
            if (!goAway.awaitsAnswer()) {
                close(); // all that came before is sent
            }
        } else if (!clientBlocked) {
            tellClient();
        }
    }

    /** Sends the close frame, if it is time for it. */
    private void tellClient() throws IOException {
        ByteBuffer frame = goAway.toClient();
        if (frame != null) {
            clientBlocked = !end().write(frame);
            toClient = frame.hasRemaining() ? frame : null;
        }
    }

    private boolean awaitsBackend() {
        return !clientBlocked && !backendEnded;
    }

    /** What is left of a read that brought more than one buffer holds: no selector will tell of it. */
    private void carryBuffered() throws IOException {
        while (awaitsBackend() && !closed.get() && backend.hasBuffered()) {
            carryDown();
        }
    }

    private void releaseToClient() {
        ByteBuffer sent = toClient;
        toClient = null;
        if (sent != null) {
            tunnels.buffers().give(sent);
        }
    }

    // ---- both ----

    /** Ends the tunnel if it has been idle for too long, or its client has been told to go away and does not; tells it if the session has moved. */
    void expire(long now, long idleNanos) {
        if (goAway.isOver(now)) {
            tellBackend();
            fail(new IOException("told to go away"));
        } else if (now - lastActive >= idleNanos) {
            fail(new IOException("idle for too long"));
        } else if (watch.hasMoved() && goAway.tryBegin(now)) {
            beginToGo();
        }
    }

    private void tellBackend() {
        upstream.lock();
        try {
            ByteBuffer frame = closed.get() || toBackend != null ? null : goAway.toBackend();
            if (frame != null) {
                backend.write(frame);
            }
        } catch (IOException e) {
            fail(e);
        } finally {
            upstream.unlock();
        }
    }

    private void touch() {
        lastActive = tunnels.now();
    }

    private TunnelClient end() {
        TunnelClient end = client;
        if (end == null) {
            throw new IllegalStateException("the tunnel is not open");
        }
        return end;
    }

    private void listen(int operation) {
        try {
            key().interestOpsOr(operation);
            loop.wakeup();
        } catch (CancelledKeyException e) {
            fail(e);
        }
    }

    private void ignore(int operation) {
        key().interestOpsAnd(~operation);
    }

    private SelectionKey key() {
        SelectionKey registered = key;
        if (registered == null) {
            throw new CancelledKeyException(); // its registration has failed
        }
        return registered;
    }

    private void fail(Exception cause) {
        Forwarder.LOGGER.log(System.Logger.Level.DEBUG, "tunnel ended: {0}", cause.toString());
        close();
    }
}
