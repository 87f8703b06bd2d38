package io.jvmroute.jetty;

import io.jvmroute.forward.ForwardHeaders;
import io.jvmroute.forward.TlsHandshakeException;
import io.jvmroute.http1.ChunkedDecoder;
import io.jvmroute.http1.RequestHeadEncoder;
import io.jvmroute.http1.ResponseHeadParser;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a backend. It always waits for bytes: for the response while it carries a {@link Hop}, for its end while it is idle.
 *
 * <pre>
 * opening --(TLS agreed)--> carrying a hop <--> idle in its pool --> closed
 * </pre>
 *
 * <p>Whoever takes it out of its pool owns it; what the selector tells goes to the hop, or ends an idle connection.
 */
final class BackendConnection extends AbstractConnection {
    final RequestHeadEncoder encoder =
            new RequestHeadEncoder(ForwardHeaders.HOP_LOWER_CASE, ForwardHeaders.TLS_LOWER_CASE);
    final ForwardHeaders headers = new ForwardHeaders(encoder);
    final ResponseHeadParser head = new ResponseHeadParser();
    final ChunkedDecoder chunks = new ChunkedDecoder();
    final ResponseFields fields = new ResponseFields();

    private final BackendPool pool;
    private final AtomicReference<@Nullable Promise<BackendConnection>> opening;
    private final long handshakeDeadline;
    private final Callback whenReadable = new WhenReadable();
    private volatile boolean handshaken;
    private volatile @Nullable Hop hop;
    private volatile @Nullable Callback heir;
    private volatile boolean missed; // an event that came between two owners
    private long idleSince;
    private boolean reused;

    /** A connection that tells who waits for it once it can carry a request. */
    BackendConnection(EndPoint endPoint, Executor executor, BackendConnector.Opening waiting) {
        super(endPoint, executor);
        pool = waiting.pool();
        opening = new AtomicReference<>(waiting.promise());
        handshakeDeadline = waiting.deadline();
    }

    /** NON_BLOCKING: else the selector's thread would be handed over first. */
    private final class WhenReadable implements Callback {
        @Override
        public void succeeded() {
            onFillable();
        }

        @Override
        public void failed(Throwable cause) {
            onFillInterestedFailed(cause);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }

    // ---- opening ----

    @Override
    public void onOpen() {
        super.onOpen();
        pool.opened(this);
        EndPoint endPoint = getEndPoint();
        try {
            SocketAddress local = endPoint.getLocalSocketAddress();
            if (local == null) {
                throw new ClosedChannelException(); // between the connect and now
            }
            if (local.equals(endPoint.getRemoteSocketAddress())) {
                // RFC 9293 §3.5 figure 7: without a listener, a port of the ephemeral range can meet itself
                throw new ConnectException("connection to itself");
            }
            if (endPoint instanceof SslConnection.SslEndPoint tls) {
                tls.getSslConnection().addHandshakeListener(new SslHandshakeListener() {
                    @Override
                    public void handshakeSucceeded(Event event) {
                        handshaken = true;
                    }

                    @Override
                    public void handshakeFailed(Event event, Throwable failure) {
                        tellDown(failure);
                    }
                });
                endPoint.flush(BufferUtil.EMPTY_BUFFER); // begins the handshake
            } else {
                handshaken = true;
            }
            awaitReadable();
            if (handshaken) {
                tellUp();
            }
        } catch (IOException e) {
            tellDown(e);
        }
    }

    private void goOnWithHandshake() {
        try {
            int filled = getEndPoint().fill(BufferUtil.EMPTY_BUFFER);
            if (!handshaken && filled < 0) {
                throw new SSLException("closed in the handshake");
            }
            awaitReadable();
            if (handshaken) {
                tellUp();
            }
        } catch (IOException e) {
            tellDown(e);
        }
    }

    private void tellUp() {
        Promise<BackendConnection> waiting = opening.getAndSet(null);
        if (waiting != null) {
            waiting.succeeded(this);
        }
    }

    private void tellDown(Throwable cause) {
        Promise<BackendConnection> waiting = opening.getAndSet(null);
        if (waiting != null) {
            waiting.failed(cause instanceof SSLException tls ? new TlsHandshakeException(tls) : cause);
        }
        close();
    }

    /** Ends a handshake that takes too long. */
    void expire(long now) {
        if (opening.get() != null && now - handshakeDeadline >= 0) {
            tellDown(new SocketTimeoutException("TLS handshake"));
        }
    }

    // ---- what the selector tells ----

    @Override
    public void onFillable() {
        Callback successor = heir;
        if (successor != null) {
            successor.succeeded();
            return;
        }
        Hop carried = hop;
        if (carried != null) {
            carried.readable(this);
        } else if (opening.get() != null) {
            goOnWithHandshake();
        } else if (pool.remove(this)) {
            lookWhileIdle();
        } else {
            missed = true;
            carried = hop;
            if (carried != null) {
                carried.readable(this);
            }
        }
    }

    /** Nothing may come now but tickets of TLS (RFC 8446 §4.6.1), which are no bytes to us. */
    private void lookWhileIdle() {
        if (isSilent()) {
            pool.putBack(this);
            awaitReadable();
        } else {
            close();
        }
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        Callback successor = heir;
        Hop carried = hop;
        if (successor != null) {
            successor.failed(cause);
        } else if (carried != null) {
            carried.unreadable(this, cause);
        } else if (opening.get() != null) {
            tellDown(cause);
        } else {
            pool.remove(this);
            close();
        }
    }

    @Override
    public void onClose(Throwable cause) {
        super.onClose(cause);
        pool.closed(this);
        Promise<BackendConnection> waiting = opening.getAndSet(null);
        if (waiting != null) {
            waiting.failed(cause == null ? new EOFException("closed") : cause);
        }
    }

    // ---- the owner's life with it ----

    /** Tells {@code owner} from now on, at once if an event came since the connection was idle. */
    void attach(Hop owner) {
        hop = owner;
        if (missed) {
            owner.readable(this);
        }
    }

    /** Tells nobody from now on. */
    void detach() {
        hop = null;
        missed = false;
    }

    /** The connection leaves HTTP. An end point takes one interest at a time: what this one still waits for, it tells its heir. */
    void bequeath(Callback to) {
        heir = to;
    }

    boolean isOf(BackendPool itsPool) {
        return pool == itsPool;
    }

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

    /** Whose selector it shares; null if it is on one of its own. */
    @Nullable
    ClientSelector home() {
        return ClientSelector.of(getEndPoint());
    }

    /** Whether it is open and no byte is there. */
    boolean isSilent() {
        try {
            if (getEndPoint() instanceof ArmedEndPoint armed) {
                armed.doubt(); // what its selector is about to tell counts too
            }
            return getEndPoint().isOpen() && getEndPoint().fill(BufferUtil.allocate(64)) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    void awaitReadable() {
        getEndPoint().tryFillInterested(whenReadable);
    }

    /** Appends what is there to a buffer that is ready to be read; the number of bytes, -1 at the end. */
    int fill(ByteBuffer in) throws IOException {
        return getEndPoint().fill(in);
    }

    void write(Callback whenWritten, ByteBuffer... buffers) {
        getEndPoint().write(whenWritten, buffers);
    }
}
