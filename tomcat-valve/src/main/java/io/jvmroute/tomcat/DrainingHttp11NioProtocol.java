package io.jvmroute.tomcat;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.Acceptor.AcceptorState;
import org.apache.tomcat.util.net.NioEndpoint;

/**
 * Tomcat's HTTP/1.1 connector (with TLS and HTTP/2 as ever), whose listening socket closes without resetting a connection: {@code <Connector
 * protocol="io.jvmroute.tomcat.DrainingHttp11NioProtocol"/>}.
 *
 * <p>Where {@code bindOnInit} is false, Tomcat closes that socket before anything else. It stops its acceptor for that, wakes it by a connection
 * of its own, and closes: connections that come meanwhile, or wait in the kernel's queue, were established for their clients and are reset. Here they are
 * served, as the last ones. What remains is a connection that completes between the last look at the queue and the next system call.
 */
public final class DrainingHttp11NioProtocol extends Http11NioProtocol {
    /** For Tomcat, which makes connectors by name. */
    public DrainingHttp11NioProtocol() {
        super(new DrainingEndpoint());
    }

    private static final class DrainingEndpoint extends NioEndpoint {
        private static final int ACCEPTOR_LIMIT_MILLIS = 1000;

        /** What was last handed on to be served. Of the acceptor's thread, and of the closing one when that has ended. */
        private Object handedOn = this;

        @Override
        protected boolean setSocketOptions(SocketChannel socket) {
            handedOn = socket;
            return super.setSocketOptions(socket);
        }

        /** An acceptor that is stopping hands what it still accepts to no one else. */
        @Override
        protected void destroySocket(SocketChannel socket) {
            if (isServing() && handedOn != socket) {
                serve(socket);
            } else {
                super.destroySocket(socket);
            }
        }

        @Override
        protected void doCloseServerSocket() throws IOException {
            if (isServing() && getServerSocket() instanceof ServerSocketChannel listener) {
                acceptor.stopMillis(ACCEPTOR_LIMIT_MILLIS);
                if (acceptor.getState() == AcceptorState.ENDED) {
                    serveQueued(listener);
                }
            }
            super.doCloseServerSocket();
        }

        private void serveQueued(ServerSocketChannel listener) throws IOException {
            listener.configureBlocking(false);
            for (SocketChannel queued = listener.accept(); queued != null; queued = listener.accept()) {
                try {
                    countUpOrAwaitConnection(); // never waits: the limit was lifted
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                serve(queued);
            }
        }

        private void serve(SocketChannel socket) {
            if (!setSocketOptions(socket)) {
                closeSocket(socket);
            }
        }

        private boolean isServing() {
            return isRunning() && !isPaused();
        }
    }
}
