package io.jvmroute.jetty;

import io.jvmroute.ClientConnections;
import java.util.function.IntSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.jspecify.annotations.Nullable;

/** The clients of a Jetty: what its connectors tell of requests and connections, and an end to new ones. */
final class Clients implements ClientConnections {
    private final Server server;
    private final IntSupplier inService;
    private final IntSupplier forwards;
    private volatile boolean refusing;

    /**
     * The clients of {@code server}.
     *
     * @param inService how many requests threads of this node work on
     * @param forwards how many requests are not worked on here
     */
    Clients(Server server, IntSupplier inService, IntSupplier forwards) {
        this.server = server;
        this.inService = inService;
        this.forwards = forwards;
    }

    /** Those of HTTP/1.1, over TLS too, with the ones that wait; of other protocols those on threads alone. */
    @Override
    public int requests() {
        int http1 = 0;
        for (Connector connector : server.getConnectors()) {
            for (EndPoint endPoint : connector.getConnectedEndPoints()) {
                Connection connection = decrypted(endPoint.getConnection());
                http1 += connection instanceof HttpConnection http && isBusy(http) ? 1 : 0;
            }
        }
        return Math.max(inService.getAsInt(), http1 - forwards.getAsInt());
    }

    private static @Nullable Connection decrypted(@Nullable Connection connection) {
        return connection instanceof SslConnection tls ? tls.getSslEndPoint().getConnection() : connection;
    }

    private static boolean isBusy(HttpConnection connection) {
        return connection.getHttpChannel().getRequest() != null;
    }

    /** Jetty lets nobody but the application end a request: a stream counts as one that is waited for. */
    @Override
    public void endStreams() {
        // see above
    }

    @Override
    public boolean tryRefuseNew() {
        refusing = true;
        boolean any = false;
        for (Connector connector : server.getConnectors()) {
            if (connector instanceof NetworkConnector network && network.isOpen()) {
                network.close();
                any = true;
            }
        }
        return any;
    }

    /** Whether connections are to end after their next response. */
    boolean isRefusing() {
        return refusing;
    }

    @Override
    public int open() {
        int open = 0;
        for (Connector connector : server.getConnectors()) {
            open += connector.getConnectedEndPoints().size();
        }
        return open;
    }
}
