package io.jvmroute.jetty;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/**
 * A client's connection on a {@link ServerConnector} that is not ours, from the second forwarded request on: as Jetty's own, but what goes on after a response that
 * was completed elsewhere than in the handler goes on at once, and connections to backends share its selector.
 *
 * <p>It takes the place of Jetty's as a switch of protocols would, only between two requests, and only where nothing may block and nobody listens to connections.
 */
final class ResumingConnection extends HttpConnection {
    private final ClientSelector home;

    private ResumingConnection(HttpConnection old, ServerConnector connector, ClientSelector home) {
        super(old.getHttpConfiguration(), connector, old.getEndPoint());
        this.home = home;
        setInputBufferSize(old.getInputBufferSize());
        setTransferEncodingChunkMaxLength(old.getTransferEncodingChunkMaxLength());
        old.getAttributeNameSet().forEach(name -> setAttribute(name, old.getAttribute(name)));
    }

    ClientSelector home() {
        return home;
    }

    @Override
    protected Executor getExecutor() {
        return home.executor();
    }

    @Override
    public void onOpen() {
        try {
            super.onOpen();
        } catch (RejectedExecutionException e) { // the next request is here, and the server stops
            getEndPoint().close(e);
            run();
        }
    }

    /** Whether one of these is as good as {@code connection}, and better for forwards. */
    static boolean canReplace(Connection connection) {
        return connection.getClass() == HttpConnection.class
                && ((HttpConnection) connection).getServer().getInvocationType() == InvocationType.NON_BLOCKING;
    }

    /** Called before a request completes whose response has been forwarded: the next one on its connection comes to such a one, where that gains anything. */
    static void offer(JettyExchange exchange) {
        ConnectionMetaData client = exchange.request().getConnectionMetaData();
        if (client.getConnection() instanceof HttpConnection old
                && client.getConnector() instanceof ServerConnector connector
                && !(connector instanceof AffinityConnector)
                && canReplace(old)
                && isUnobserved(connector)
                && isBetweenRequests(exchange, old)) {
            ClientSelector home = exchange.home();
            if (home != null && exchange.nextConnection() == null) {
                exchange.leaveConnectionTo(new ResumingConnection(old, connector, home));
            }
        }
    }

    /** Whoever counts or limits connections would take one client for two. */
    private static boolean isUnobserved(ServerConnector connector) {
        HttpConnectionFactory factory = connector.getConnectionFactory(HttpConnectionFactory.class);
        return factory != null
                && factory.getBeans(Connection.Listener.class).isEmpty()
                && connector.getBeans(Connection.Listener.class).isEmpty();
    }

    /** The request has been read to its end, and another one may follow. */
    private static boolean isBetweenRequests(JettyExchange exchange, HttpConnection connection) {
        return exchange.requestLength() == 0
                && !exchange.expectsContinue()
                && exchange.response().isCommitted()
                && connection.getHttpVersion() == HttpVersion.HTTP_1_1
                && connection.getGenerator().isPersistent()
                && connection.getParser().isComplete();
    }
}
