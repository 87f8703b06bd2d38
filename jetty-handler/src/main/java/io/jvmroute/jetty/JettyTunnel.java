package io.jvmroute.jetty;

import io.jvmroute.forward.GoAway;
import io.jvmroute.forward.HopWatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * Carries the bytes of a connection that has switched to another protocol (RFC 9110 §7.8), both ways, until the backend ends.
 *
 * <p>Each direction reads, writes, and reads again when that is done: a side that takes no more stops the other. No thread waits for a tunnel, and an
 * idle one holds no buffer. Thread-safe.
 */
final class JettyTunnel {
    private static final int BUFFER_SIZE = 16 * 1024;

    private final JettyForwarder forwarder;
    private final Request request;
    private final Executor executor;
    private final BackendConnection backend;
    private final End clientEnd;
    private final End backendEnd;
    private final HopWatch watch;
    private final GoAway goAway;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean begun;
    private volatile boolean backendEnded;
    private volatile boolean cut;

    /**
     * How a tunnel begins.
     *
     * @param early what the backend has sent right behind its 101
     * @param protocol what both sides have switched to
     * @param watch asked now and then whether the tunnel leads to the wrong node
     */
    record Start(ByteBuffer early, String protocol, HopWatch watch) {}

    /** A tunnel that waits until Jetty has sent the 101. */
    JettyTunnel(JettyForwarder forwarder, Request request, BackendConnection backend, Start start) {
        this.forwarder = forwarder;
        this.request = request;
        this.backend = backend;
        watch = start.watch;
        goAway = new GoAway(start.protocol);
        executor = request.getComponents().getExecutor();
        EndPoint client = request.getConnectionMetaData().getConnection().getEndPoint();
        clientEnd = new End(client, executor);
        backendEnd = new End(backend.getEndPoint(), executor);
        clientEnd.connect(backendEnd);
        backendEnd.connect(clientEnd);
        goAway.fromBackend(start.early);
        backendEnd.early = start.early;
    }

    /** Counts from now on, and ends with the exchange if that fails. */
    void offer() {
        forwarder.opened(this);
        Request.addCompletionListener(request, failure -> {
            if (failure != null) {
                close();
            }
        });
    }

    /** What takes the client's connection over. */
    Connection clientEnd() {
        return clientEnd;
    }

    /** The client's connection has been taken over. */
    private void begin() {
        long timeout = forwarder.settings().tunnelTimeout().toMillis();
        clientEnd.getEndPoint().setIdleTimeout(timeout);
        backendEnd.getEndPoint().setIdleTimeout(timeout);
        backend.bequeath(backendEnd.pump.whenReadable);
        backend.getEndPoint().upgrade(backendEnd);
        begun = true;
        clientEnd.pump.iterate();
        backendEnd.pump.iterate();
    }

    /**
     * The end of the client's side is passed on, and the backend may go on; that of the backend's side ends the tunnel, all being sent, unless the
     * client has still to say that it goes.
     */
    private void directionEnded(End from) {
        if (from == backendEnd) {
            backendEnded = true;
        } else {
            goAway.clientEnded();
        }
        closeIfDone();
    }

    private void closeIfDone() {
        if (backendEnded && !goAway.awaitsAnswer()) {
            close();
        }
    }

    boolean isTo(BackendPool pool) {
        return backend.isOf(pool);
    }

    /** Has the client go away, in good order where the protocol knows one; else ends both sides. Returns at once. */
    void goAway() {
        if (goAway.tryBegin(System.nanoTime())) {
            beginToGo();
        } else {
            close();
        }
    }

    private void beginToGo() {
        if (begun) { // else the begin does so
            wake(backendEnd);
        }
    }

    /** Has the client go away if its session has moved; ends the tunnel if it does not go, the backend being told before if it takes that at once. */
    void look(long now) {
        if (cut) {
            close();
        } else if (goAway.isOver(now)) {
            cut = true;
            wake(clientEnd);
        } else if (watch.hasMoved() && goAway.tryBegin(now)) {
            beginToGo();
        }
    }

    /** Not on this thread, which has other tunnels to look after. */
    private void wake(End from) {
        try {
            executor.execute(from.pump::iterate);
        } catch (RejectedExecutionException e) { // the container ends
            close();
        }
    }

    /** Ends both sides; what was not sent is lost. */
    void close() {
        if (closed.compareAndSet(false, true)) {
            forwarder.closed(this);
            clientEnd.getEndPoint().close();
            backendEnd.getEndPoint().close();
        }
    }

    /** One side, and the direction that begins there. */
    private final class End extends AbstractConnection implements Connection.UpgradeTo {
        private final Pump pump = new Pump(this);
        private @Nullable End other;
        private ByteBuffer early = BufferUtil.EMPTY_BUFFER;

        End(EndPoint endPoint, Executor executor) {
            super(endPoint, executor);
        }

        void connect(End to) {
            other = to;
        }

        End other() {
            End to = other;
            if (to == null) {
                throw new IllegalStateException("not connected");
            }
            return to;
        }

        /** What the client has sent behind its request. */
        @Override
        public void onUpgradeTo(ByteBuffer buffer) {
            early = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
        }

        @Override
        public void onOpen() {
            super.onOpen();
            if (this == clientEnd) {
                begin();
            }
        }

        @Override
        public void onFillable() {
            pump.iterate();
        }

        @Override
        public void onClose(Throwable cause) {
            super.onClose(cause);
            close();
        }

        @Override
        public boolean onIdleExpired(TimeoutException timeout) {
            JettyTunnel.this.close();
            return true;
        }

        @Override
        public void close() {
            JettyTunnel.this.close();
        }
    }

    private final class Pump extends IteratingCallback {
        private final End from;
        private @Nullable RetainableByteBuffer buffer;
        private boolean ended;
        private final Callback whenReadable = new Callback() {
            @Override
            public void succeeded() {
                from.onFillable();
            }

            @Override
            public void failed(Throwable cause) {
                JettyTunnel.this.close();
            }

            @Override
            public InvocationType getInvocationType() {
                return InvocationType.NON_BLOCKING;
            }
        };

        Pump(End from) {
            this.from = from;
        }

        @Override
        protected Action process() throws IOException {
            ByteBuffer next = from == backendEnd ? nextForClient() : nextForBackend();
            if (next != null) {
                from.other().getEndPoint().write(this, next);
                return Action.SCHEDULED;
            }
            release();
            if (ended) {
                if (from == clientEnd || !goAway.awaitsAnswer()) {
                    from.other().getEndPoint().shutdownOutput();
                }
                return Action.SUCCEEDED;
            }
            from.getEndPoint().tryFillInterested(whenReadable);
            return Action.IDLE;
        }

        private @Nullable ByteBuffer nextForClient() throws IOException {
            if (from.early.hasRemaining()) {
                return takeEarly();
            }
            ByteBuffer frame = goAway.toClient();
            if (frame != null) {
                return frame;
            }
            ByteBuffer next = read();
            if (next == null) {
                return null;
            }
            goAway.fromBackend(next);
            return next.hasRemaining()
                    ? next
                    : goAway.toClient(); // nothing: the selector says if there is more to drop
        }

        private @Nullable ByteBuffer nextForBackend() throws IOException {
            if (cut) {
                ByteBuffer frame = goAway.toBackend();
                ended = frame == null;
                return frame;
            }
            ByteBuffer next = from.early.hasRemaining() ? takeEarly() : read();
            if (next == null) {
                closeIfDone();
            } else {
                goAway.fromClient(next);
            }
            return next;
        }

        private ByteBuffer takeEarly() {
            ByteBuffer first = from.early;
            from.early = BufferUtil.EMPTY_BUFFER;
            return first;
        }

        /** What is there: null if nothing is, or no more comes. */
        private @Nullable ByteBuffer read() throws IOException {
            RetainableByteBuffer taken = buffer;
            if (taken == null) {
                taken = forwarder.buffers().acquire(BUFFER_SIZE, /* direct= */ true);
                buffer = taken;
            }
            ByteBuffer bytes = taken.getByteBuffer();
            BufferUtil.clear(bytes);
            int read = from.getEndPoint().fill(bytes);
            ended = read < 0;
            return read > 0 ? bytes : null;
        }

        private void release() {
            if (buffer != null) {
                buffer.release();
                buffer = null;
            }
        }

        @Override
        protected void onCompleteSuccess() {
            directionEnded(from);
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            release();
            JettyTunnel.this.close();
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
