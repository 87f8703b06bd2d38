package io.jvmroute.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteBufferPool;
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
    private final BackendConnection backend;
    private final End clientEnd;
    private final End backendEnd;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * A tunnel that waits until Jetty has sent the 101.
     *
     * @param early what the backend has sent right behind its 101
     */
    JettyTunnel(JettyForwarder forwarder, Request request, BackendConnection backend, ByteBuffer early) {
        this.forwarder = forwarder;
        this.request = request;
        this.backend = backend;
        Executor executor = request.getComponents().getExecutor();
        EndPoint client = request.getConnectionMetaData().getConnection().getEndPoint();
        clientEnd = new End(client, executor);
        backendEnd = new End(backend.getEndPoint(), executor);
        clientEnd.connect(backendEnd);
        backendEnd.connect(clientEnd);
        backendEnd.early = early;
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
        clientEnd.pump.iterate();
        backendEnd.pump.iterate();
    }

    /** The end of the client's side is passed on, and the backend may go on; that of the backend's side ends the tunnel, all being sent. */
    private void directionEnded(End from) {
        if (from == backendEnd) {
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
            if (from.early.hasRemaining()) {
                ByteBuffer first = from.early;
                from.early = BufferUtil.EMPTY_BUFFER;
                from.other().getEndPoint().write(this, first);
                return Action.SCHEDULED;
            }
            ByteBufferPool buffers = forwarder.buffers();
            RetainableByteBuffer taken = buffer;
            if (taken == null) {
                taken = buffers.acquire(BUFFER_SIZE, /* direct= */ true);
                buffer = taken;
            }
            ByteBuffer bytes = taken.getByteBuffer();
            BufferUtil.clear(bytes);
            int read = from.getEndPoint().fill(bytes);
            if (read > 0) {
                from.other().getEndPoint().write(this, bytes);
                return Action.SCHEDULED;
            }
            release();
            if (read < 0) {
                from.other().getEndPoint().shutdownOutput();
                return Action.SUCCEEDED;
            }
            from.getEndPoint().tryFillInterested(whenReadable);
            return Action.IDLE;
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
