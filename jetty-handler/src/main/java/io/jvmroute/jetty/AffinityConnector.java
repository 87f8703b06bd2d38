package io.jvmroute.jetty;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ProcessorUtils;
import org.eclipse.jetty.util.annotation.ManagedObject;
import org.eclipse.jetty.util.annotation.Name;
import org.eclipse.jetty.util.thread.ThreadPool;

/**
 * A {@link ServerConnector} on which forwards cost least: the connections to other nodes are served by the same selector as the client's, and a request
 * that is read, forwarded, answered and followed by the next one stays on that selector's thread.
 *
 * <pre>{@code
 * server.addConnector(new AffinityConnector(server));
 * }</pre>
 *
 * <p>To be set up as any other {@code ServerConnector}, and the same to clients. {@link AffinityHandler} is correct with every connector; this one saves wake-ups
 * of threads, changes of a selector's interest and reads that find nothing. It gains most where nothing below the server may block, as on a frontend. Requests to
 * nodes by TLS go the usual way.
 *
 * <p>An {@code HttpConfiguration} of your own should set its {@code headerCacheSize} to 0: to look each field up in that cache byte by byte takes a tenth of all
 * the time that a forward does.
 */
@ManagedObject("HTTP connector with the connections to other nodes on the selectors of the clients")
public final class AffinityConnector extends ServerConnector {
    /** A connector for HTTP/1.1, with as many acceptors and selectors as Jetty thinks fit, and without a cache of request fields. */
    public AffinityConnector(@Name("server") Server server) {
        this(server, -1, -1, new HttpConnectionFactory(uncached()));
    }

    private static HttpConfiguration uncached() {
        HttpConfiguration http = new HttpConfiguration();
        http.setHeaderCacheSize(0);
        return http;
    }

    /** A connector for these protocols. */
    public AffinityConnector(@Name("server") Server server, @Name("factories") ConnectionFactory... factories) {
        this(server, -1, -1, factories);
    }

    /**
     * A connector for these protocols.
     *
     * @param acceptors how many threads accept connections, 0 for the selectors themselves, -1 for as many as Jetty thinks fit
     * @param selectors how many selectors, each with a thread, -1 for as many as Jetty thinks fit
     */
    public AffinityConnector(
            @Name("server") Server server,
            @Name("acceptors") int acceptors,
            @Name("selectors") int selectors,
            @Name("factories") ConnectionFactory... factories) {
        super(
                server,
                new ResumingExecutor(server.getThreadPool()),
                /* scheduler= */ null,
                /* bufferPool= */ null,
                acceptors,
                selectors > 0 ? selectors : selectors(server.getThreadPool()),
                factories);
    }

    /** As many as Jetty takes: it can't see the size of the pool behind our executor. */
    private static int selectors(ThreadPool pool) {
        int usual = ProcessorUtils.availableProcessors() / 2;
        int most = pool instanceof ThreadPool.SizedThreadPool sized ? sized.getMaxThreads() / 16 : usual;
        return Math.max(1, Math.min(usual, most));
    }

    /** Jetty wraps the listener for violations of each request, twice, to keep refused ones from it: not where nobody listens. */
    @Override
    protected void doStart() throws Exception {
        for (ConnectionFactory factory : getConnectionFactories()) {
            if (factory instanceof HttpConfiguration.ConnectionFactory http
                    && http.getHttpConfiguration()
                            .getComplianceViolationListeners()
                            .isEmpty()) {
                http.getHttpConfiguration().setNotifyForbiddenComplianceViolations(true);
            }
        }
        super.doStart();
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        ResumingExecutor executor = (ResumingExecutor) getExecutor();
        SocketChannelEndPoint endPoint =
                ArmedEndPoint.ofClient(channel, key, new ClientSelector(selector, getScheduler(), executor));
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }
}
