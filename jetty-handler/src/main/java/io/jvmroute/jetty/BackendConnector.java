package io.jvmroute.jetty;

import io.jvmroute.forward.BackendTls;
import io.jvmroute.forward.ForwardSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.eclipse.jetty.io.ClientConnectionFactory;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.io.ssl.SslClientConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** Opens connections to backends, on the selector of a client or one of its own. Thread-safe; no method waits. */
final class BackendConnector extends ClientConnector {
    private static final String OPENING = Opening.class.getName();
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final String[] APPLICATION_PROTOCOLS = {"http/1.1"};

    private final BackendTls tls;
    private final LongSupplier nanoTime;
    private final ClientConnectionFactory plain = this::newBackend;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ClientConnectionFactory secured;

    /**
     * A connection on its way.
     *
     * @param pool where it belongs
     * @param promise who waits for it
     * @param deadline when it must be up, as {@link System#nanoTime}
     */
    record Opening(BackendPool pool, Promise<BackendConnection> promise, long deadline) {}

    /** This process itself can't open a socket: no fault of the backend. */
    static final class NoSocketException extends IOException {
        private static final long serialVersionUID = 1;

        NoSocketException(Throwable cause) {
            super(cause.toString(), cause);
        }
    }

    BackendConnector(Server server, ForwardSettings settings, BackendTls tls, LongSupplier nanoTime) {
        this.tls = tls;
        this.nanoTime = nanoTime;
        setExecutor(server.getThreadPool());
        setScheduler(server.getScheduler());
        setByteBufferPool(server.getByteBufferPool());
        setConnectTimeout(settings.connectTimeout());
        setIdleTimeout(Duration.ZERO); // the forwarder watches
    }

    /**
     * Opens a connection for {@code pool}; the promise is kept on any thread, maybe before this method returns.
     *
     * @param home where it shall live; null for a selector of our own
     */
    void open(BackendPool pool, @Nullable ClientSelector home, Promise<BackendConnection> promise) {
        if (ClientRequest.isLiteral(pool.key().host())) {
            connect(pool, home, promise);
            return;
        }
        try {
            getExecutor().execute(() -> connect(pool, home, promise)); // a name is looked up, which may take long
        } catch (RejectedExecutionException e) {
            promise.failed(new NoSocketException(e));
        }
    }

    private void connect(BackendPool pool, @Nullable ClientSelector home, Promise<BackendConnection> promise) {
        try {
            if (home != null && !pool.key().isTls()) {
                connect(pool, promise, home);
                return;
            }
            Map<String, Object> context = new HashMap<>();
            context.put(Transport.CONTEXT_KEY, Transport.TCP_IP);
            context.put(ClientConnectionFactory.CONTEXT_KEY, pool.key().isTls() ? secured() : plain);
            Promise<BackendConnection> once = once(promise);
            // Jetty itself keeps this one as soon as there is a connection, agreed keys or not: its failures alone
            // count.
            context.put(CONNECTION_PROMISE_CONTEXT_KEY, Promise.from(connection -> {}, once::failed));
            context.put(OPENING, opening(pool, once));
            connect(new InetSocketAddress(pool.key().host(), pool.key().url().getPort()), context);
        } catch (IOException | RuntimeException e) {
            promise.failed(new NoSocketException(e));
        }
    }

    /** On the client's selector. */
    private void connect(BackendPool pool, Promise<BackendConnection> promise, ClientSelector home) throws IOException {
        Promise<BackendConnection> once = once(promise);
        Opening opening = opening(pool, once);
        InetSocketAddress address =
                new InetSocketAddress(pool.key().host(), pool.key().url().getPort());
        home.connect(address, getConnectTimeout(), new ClientSelector.Opener() {
            @Override
            public Connection newConnection(EndPoint endPoint) {
                return new BackendConnection(endPoint, getExecutor(), opening);
            }

            @Override
            public void failed(Throwable cause) {
                once.failed(cause);
            }
        });
    }

    private Opening opening(BackendPool pool, Promise<BackendConnection> promise) {
        return new Opening(
                pool, promise, nanoTime.getAsLong() + getConnectTimeout().toNanos());
    }

    /** Tells the first end alone: a connection that fails may be told by several. */
    private static Promise<BackendConnection> once(Promise<BackendConnection> promise) {
        AtomicBoolean kept = new AtomicBoolean();
        return Promise.from(
                connection -> {
                    if (kept.compareAndSet(false, true)) {
                        promise.succeeded(connection);
                    } else {
                        connection.close();
                    }
                },
                failure -> {
                    if (kept.compareAndSet(false, true)) {
                        promise.failed(failure);
                    }
                });
    }

    private Connection newBackend(EndPoint endPoint, Map<String, Object> context) {
        if (context.get(OPENING) instanceof Opening opening) {
            return new BackendConnection(endPoint, getExecutor(), opening);
        }
        throw new AssertionError(context);
    }

    /** TLS with the host name checked and sent along, and with sessions that are resumed. */
    private ClientConnectionFactory secured() throws IOException {
        lock.lock();
        try {
            ClientConnectionFactory made = secured;
            if (made == null) {
                SslContextFactory.Client context = new CheckedTls();
                context.setSslContext(tls.context());
                context.start();
                SslClientConnectionFactory factory =
                        new SslClientConnectionFactory(context, getByteBufferPool(), getExecutor(), plain);
                factory.setRequireCloseMessage(
                        true); // RFC 8446 §6.1: who cuts the connection must not shorten a response
                made = factory;
                secured = made;
            }
            return made;
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        } finally {
            lock.unlock();
        }
    }

    private static final class CheckedTls extends SslContextFactory.Client {
        @Override
        public void customize(SSLEngine engine) {
            super.customize(engine);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setProtocols(PROTOCOLS);
            parameters.setApplicationProtocols(APPLICATION_PROTOCOLS);
            engine.setSSLParameters(parameters);
        }
    }

    @Override
    protected void connectFailed(
            @Nullable SelectableChannel channel,
            SocketAddress address,
            Throwable failure,
            Map<String, Object> context) {
        super.connectFailed(channel, address, channel == null ? new NoSocketException(failure) : failure, context);
    }
}
