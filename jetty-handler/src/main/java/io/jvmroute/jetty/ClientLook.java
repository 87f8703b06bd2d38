package io.jvmroute.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Finds out whether a client of HTTP/1.1 has closed its connection while it waits for a response: Jetty does not read then, so nobody tells.
 *
 * <p>On HTTP/2 the failure listener of the request is told of a reset.
 */
final class ClientLook {
    private static final int PART = 1024;

    private ClientLook() {}

    /**
     * Reads once, where nobody else does: the body of the request has been read to its end, and the exchange has not completed. What is there begins the
     * next request; it goes where Jetty will look for that.
     */
    static boolean isGone(JettyExchange exchange) {
        Connection connection = exchange.request().getConnectionMetaData().getConnection();
        if (!(connection instanceof HttpConnection http) || !http.isRequestBufferEmpty()) {
            return false;
        }
        EndPoint endPoint = http.getEndPoint();
        ByteBuffer next = BufferUtil.allocate(PART);
        try {
            int read = endPoint.fill(next);
            if (read > 0) {
                http.onUpgradeTo(next);
            }
            return read < 0;
        } catch (IOException e) {
            return true;
        }
    }
}
