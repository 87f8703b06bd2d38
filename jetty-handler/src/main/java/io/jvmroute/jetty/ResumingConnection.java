package io.jvmroute.jetty;

import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/**
 * A client's connection on a {@link ServerConnector} that is not ours, from the second forwarded request on: as Jetty's own, but what goes on after a response that
 * was completed elsewhere than in the handler goes on at once, and connections to backends share its selector.
 *
 * <p>It takes the place of Jetty's as a switch of protocols would, only between two requests, and only where nothing may block.
 */
final class ResumingConnection extends HttpConnection {
    private final ClientSelector home;

    private ResumingConnection(HttpConnection old, ServerConnector connector, ClientSelector home) {
        super(old.getHttpConfiguration(), connector, old.getEndPoint());
        this.home = home;
        setInputBufferSize(old.getInputBufferSize());
        old.getAttributeNameSet().forEach(name -> setAttribute(name, old.getAttribute(name)));
        connector.getBeans(Connection.Listener.class).forEach(this::addEventListener);
        HttpConnectionFactory factory = connector.getConnectionFactory(HttpConnectionFactory.class);
        if (factory != null) {
            factory.getBeans(Connection.Listener.class).forEach(this::addEventListener);
        }
    }

    ClientSelector home() {
        return home;
    }

    @Override
    protected Executor getExecutor() {
        return home.executor();
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
                && isBetweenRequests(exchange, old)) {
            Request jettys = old.getHttpChannel().getRequest(); // whatever has been put around it
            ClientSelector home = exchange.home();
            if (home != null && jettys.getAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE) == null) {
                jettys.setAttribute(
                        HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, new ResumingConnection(old, connector, home));
            }
        }
    }

    /** The request has been read to its end, and another one may follow. */
    private static boolean isBetweenRequests(JettyExchange exchange, HttpConnection connection) {
        return exchange.requestLength() == 0
                && !exchange.expectsContinue()
                && connection.getHttpVersion() == HttpVersion.HTTP_1_1
                && connection.getGenerator().isPersistent()
                && connection.getParser().isComplete();
    }
}
