package io.jvmroute.jetty;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * The selector of a client's connection, as the home of connections to backends too: what a forward brings up then stays on one thread. Its connector neither
 * counts nor limits these.
 *
 * @param selector where both live
 * @param scheduler of the client's connector
 * @param executor of the events that a backend brings
 */
record ClientSelector(ManagedSelector selector, Scheduler scheduler, ResumingExecutor executor) {
    /** Who opens a connection to a backend, and gets it. */
    interface Opener {
        Connection newConnection(EndPoint endPoint);

        void failed(Throwable cause);
    }

    /** That of a client; null where connections to backends have selectors of their own. */
    static @Nullable ClientSelector of(ConnectionMetaData client) {
        Connection connection = client.getConnection();
        if (connection instanceof ResumingConnection resuming) {
            return resuming.home();
        }
        EndPoint endPoint = innermost(connection.getEndPoint());
        if (endPoint instanceof ArmedEndPoint armed) {
            return armed.home();
        }
        return ResumingConnection.canReplace(connection)
                        && client.getConnector() instanceof ServerConnector connector
                        && endPoint.getTransport() instanceof SelectableChannel channel
                ? find(connector, channel)
                : null;
    }

    /** That of a backend; null if it is on one of its own. */
    static @Nullable ClientSelector of(EndPoint backend) {
        return backend instanceof ArmedEndPoint armed ? armed.home() : null;
    }

    private static @Nullable ClientSelector find(ServerConnector connector, SelectableChannel channel) {
        for (ManagedSelector selector : connector.getSelectorManager().getBeans(ManagedSelector.class)) {
            if (channel.keyFor(selector.getSelector()) != null) {
                return new ClientSelector(
                        selector, connector.getScheduler(), new ResumingExecutor(connector.getExecutor()));
            }
        }
        return null;
    }

    /** The end point of the socket. */
    private static EndPoint innermost(EndPoint endPoint) {
        EndPoint inner = endPoint;
        while (inner instanceof EndPoint.Wrapper wrapper) {
            inner = wrapper.unwrap();
        }
        return inner;
    }

    /**
     * Opens a connection; {@code opener} is told on any thread, maybe before this method returns.
     *
     * @throws IOException if this process can't open a socket
     */
    void connect(SocketAddress address, Duration timeout, Opener opener) throws IOException {
        new Connecting(SocketChannel.open(), opener).start(address, timeout);
    }

    /** A connection on its way. */
    private final class Connecting
            implements ManagedSelector.SelectorUpdate, ManagedSelector.Selectable, Invocable.Task, Closeable {
        private final SocketChannel channel;
        private final Opener opener;
        private final AtomicBoolean ended = new AtomicBoolean();
        private @Nullable SelectionKey key;
        private Scheduler.@Nullable Task timer;

        Connecting(SocketChannel channel, Opener opener) {
            this.channel = channel;
            this.opener = opener;
        }

        void start(SocketAddress address, Duration timeout) {
            try {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                channel.connect(address);
                timer = scheduler.schedule(
                        () -> fail(new SocketTimeoutException("connect")), timeout.toMillis(), TimeUnit.MILLISECONDS);
                selector.submit(this);
            } catch (IOException | RuntimeException e) {
                fail(e);
            }
        }

        @Override
        public void update(Selector raw) {
            try {
                boolean connected = channel.isConnected();
                key = channel.register(raw, connected ? 0 : SelectionKey.OP_CONNECT, this);
                if (connected) {
                    run();
                }
            } catch (IOException | RuntimeException e) {
                fail(e);
            }
        }

        @Override
        public @Nullable Runnable onSelected() {
            SelectionKey mine = key;
            if (mine != null) {
                mine.interestOps(0);
            }
            return this;
        }

        @Override
        public void run() {
            executor.run(this::finish);
        }

        private void finish() {
            try {
                SelectionKey mine = key;
                if (mine == null || !channel.finishConnect()) {
                    throw new ClosedChannelException();
                }
                if (end()) {
                    open(mine);
                }
            } catch (IOException | RuntimeException e) {
                fail(e);
            }
        }

        private void open(SelectionKey mine) {
            EndPoint endPoint = ArmedEndPoint.ofBackend(channel, mine, ClientSelector.this);
            try {
                Connection connection = opener.newConnection(endPoint);
                endPoint.setConnection(connection);
                mine.attach(endPoint);
                endPoint.onOpen();
                connection.onOpen();
            } catch (Throwable e) { // nobody else tells who waits for it
                endPoint.close(e);
                opener.failed(e);
            }
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        @Override
        public void updateKey() {}

        @Override
        public void replaceKey(SelectionKey replacement) {
            key = replacement;
        }

        /** Called by Jetty when the selector stops. */
        @Override
        public void close() {
            fail(new ClosedChannelException());
        }

        private void fail(Throwable cause) {
            if (end()) {
                IO.close(channel);
                selector.submit(raw -> {}); // else it may keep the socket until something else happens
                opener.failed(cause);
            }
        }

        private boolean end() {
            boolean first = ended.compareAndSet(false, true);
            if (first && timer != null) {
                timer.cancel();
            }
            return first;
        }
    }
}
