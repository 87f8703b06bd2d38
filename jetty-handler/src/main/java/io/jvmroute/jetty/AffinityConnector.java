package io.jvmroute.jetty;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.ProcessorUtils;
import org.eclipse.jetty.util.annotation.ManagedObject;
import org.eclipse.jetty.util.annotation.Name;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.jspecify.annotations.Nullable;

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
    private final Set<SelectableChannel> backends = ConcurrentHashMap.newKeySet();
    private static final ThreadLocal<@Nullable ManagedSelector> WANTED = new ThreadLocal<>();

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

    /** Who opens a connection to a backend, and gets it. */
    interface Opener {
        Connection newConnection(EndPoint endPoint) throws IOException;

        void failed(Throwable cause);
    }

    /** The selector of a client, as the home of connections to backends. */
    record Home(AffinityConnector connector, ManagedSelector selector) {
        /** That of the client behind {@code endPoint}; null if its connector is another. */
        static @Nullable Home of(EndPoint endPoint) {
            EndPoint inner = endPoint;
            while (inner instanceof EndPoint.Wrapper wrapper) {
                inner = wrapper.unwrap();
            }
            return inner instanceof ArmedEndPoint armed ? armed.home() : null;
        }

        /**
         * Opens a connection; {@code opener} is told on any thread, maybe before this method returns.
         *
         * @throws IOException if this process can't open a socket
         */
        void connect(SocketAddress address, Duration timeout, Opener opener) throws IOException {
            connector.getSelectorManager().setConnectTimeout(timeout.toMillis());
            connector.connect(SocketChannel.open(), address, selector, opener);
        }
    }

    private void connect(SocketChannel channel, SocketAddress address, ManagedSelector selector, Opener opener) {
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            boolean connected = channel.connect(address);
            backends.add(channel);
            WANTED.set(selector);
            if (connected) {
                getSelectorManager().accept(channel, opener);
            } else {
                getSelectorManager().connect(channel, opener);
            }
        } catch (IOException | RuntimeException e) {
            backends.remove(channel);
            IO.close(channel);
            opener.failed(e);
        } finally {
            WANTED.remove();
        }
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        ResumingExecutor executor = (ResumingExecutor) getExecutor();
        SocketChannelEndPoint endPoint =
                new ArmedEndPoint(channel, key, getScheduler(), new Home(this, selector), executor);
        if (!backends.contains(channel)) { // those are watched by the forwarder
            endPoint.setIdleTimeout(getIdleTimeout());
        }
        return endPoint;
    }

    @Override
    protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
        return new Selectors(executor, scheduler, selectors);
    }

    /** Keeps the connections to backends apart from those that this connector accepts, counts and limits. */
    private final class Selectors extends ServerConnectorManager {
        Selectors(Executor executor, Scheduler scheduler, int selectors) {
            super(executor, scheduler, selectors);
        }

        @Override
        protected ManagedSelector chooseSelector() {
            ManagedSelector selector = WANTED.get();
            return selector == null ? super.chooseSelector() : selector;
        }

        @Override
        public Connection newConnection(SelectableChannel channel, EndPoint endPoint, @Nullable Object attachment)
                throws IOException {
            return attachment instanceof Opener opener
                    ? opener.newConnection(endPoint)
                    : super.newConnection(channel, endPoint, attachment);
        }

        @Override
        protected void endPointOpened(EndPoint endPoint) {
            if (!isBackend(endPoint)) {
                super.endPointOpened(endPoint);
            }
        }

        @Override
        protected void endPointClosed(EndPoint endPoint) {
            if (!isBackend(endPoint) || !backends.remove((SelectableChannel) endPoint.getTransport())) {
                super.endPointClosed(endPoint);
            }
        }

        private boolean isBackend(EndPoint endPoint) {
            return endPoint.getTransport() instanceof SelectableChannel channel && backends.contains(channel);
        }

        @Override
        protected void onAccepting(SelectableChannel channel) {
            if (!backends.contains(channel)) {
                super.onAccepting(channel);
            }
        }

        @Override
        protected void onAccepted(SelectableChannel channel) {
            if (!backends.contains(channel)) {
                super.onAccepted(channel);
            }
        }

        @Override
        protected void onAcceptFailed(SelectableChannel channel, Throwable failure, @Nullable Object attachment) {
            if (attachment instanceof Opener opener) {
                backends.remove(channel);
                opener.failed(failure);
            } else {
                super.onAcceptFailed(channel, failure, attachment);
            }
        }

        @Override
        protected void connectionFailed(SelectableChannel channel, Throwable failure, @Nullable Object attachment) {
            if (attachment instanceof Opener opener) {
                backends.remove(channel);
                opener.failed(failure);
            } else {
                super.connectionFailed(channel, failure, attachment);
            }
        }
    }
}
