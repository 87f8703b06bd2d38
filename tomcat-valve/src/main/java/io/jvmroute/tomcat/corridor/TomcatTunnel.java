package io.jvmroute.tomcat.corridor;

import io.jvmroute.forward.Tunnel;
import io.jvmroute.forward.TunnelClient;
import jakarta.servlet.http.WebConnection;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of a tunnel: a connection of Tomcat that has left HTTP.
 *
 * <p>Tomcat calls in when the connection is ready, on a thread of the connector, one call at a time. Writes come from the tunnel's thread as
 * well. The connection is closed by Tomcat's thread alone, which waits for such a write before: a closed connection's buffers go to the next one.
 */
final class TomcatTunnel implements InternalHttpUpgradeHandler, TunnelClient {
    /** What Tomcat's own buffer takes, so that a slow client makes it allocate nothing. */
    private static final int PART = 8192;

    private final Tunnel tunnel;
    private @Nullable SocketWrapperBase<?> socket;

    TomcatTunnel(Tunnel tunnel) {
        this.tunnel = tunnel;
    }

    // ---- what Tomcat calls ----

    @Override
    public void setSocketWrapper(SocketWrapperBase<?> wrapper) {
        socket = wrapper;
    }

    @Override
    public void init(WebConnection connection) {
        tunnel.open(this);
    }

    @Override
    public SocketState upgradeDispatch(SocketEvent event) {
        boolean readOn = true;
        if (event == SocketEvent.OPEN_READ) {
            readOn = tunnel.clientReadable();
        } else if (event == SocketEvent.OPEN_WRITE) {
            tunnel.clientWritable();
        } else {
            tunnel.close();
        }
        if (tunnel.isClosed() && tunnel.isQuiet()) {
            return SocketState.CLOSED;
        }
        return readOn ? SocketState.UPGRADED : SocketState.SUSPENDED;
    }

    @Override
    public void destroy() {
        tunnel.close();
        tunnel.isQuiet();
    }

    @Override
    public void timeoutAsync(long now) {} // the tunnel has its own watch

    @Override
    public void setSslSupport(SSLSupport sslSupport) {}

    @Override
    public void pause() {} // no new connections: old ones go on until the node stops

    // ---- what the tunnel calls ----

    @Override
    public int read(ByteBuffer to) throws IOException {
        try {
            return openSocket().read(/* block= */ false, to);
        } catch (EOFException e) {
            return -1; // so some connectors say it
        }
    }

    @Override
    public boolean write(ByteBuffer from) throws IOException {
        SocketWrapperBase<?> to = openSocket();
        int limit = from.limit();
        while (!to.flush(/* block= */ false)) {
            if (from.position() == limit) {
                return true;
            }
            from.limit(Math.min(limit, from.position() + PART));
            to.write(/* block= */ false, from);
            from.limit(limit);
        }
        to.registerWriteInterest();
        return false;
    }

    @Override
    public void resumeReading() {
        socket().registerReadInterest();
    }

    @Override
    public void close() {
        socket().processSocket(SocketEvent.ERROR, /* dispatch= */ true); // comes back as upgradeDispatch
    }

    private SocketWrapperBase<?> openSocket() throws ClosedChannelException {
        SocketWrapperBase<?> open = socket();
        if (open.isClosed()) {
            throw new ClosedChannelException();
        }
        return open;
    }

    private SocketWrapperBase<?> socket() {
        SocketWrapperBase<?> given = socket;
        if (given == null) {
            throw new IllegalStateException("no socket yet");
        }
        return given;
    }
}
