package io.jvmroute.forward;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** The bytes of a connection to a backend, with or without TLS. */
final class BackendSocket {
    final SocketChannel channel;
    private final @Nullable TlsChannel tls;

    BackendSocket(SocketChannel channel, @Nullable TlsChannel tls) {
        this.channel = channel;
        this.tls = tls;
    }

    boolean isPlain() {
        return tls == null;
    }

    /** Does what must be done before the first byte, on a socket that blocks. */
    void handshake() throws IOException {
        if (tls != null) {
            tls.handshake();
        }
    }

    /** Reads once, into a buffer with room for 32 KiB at least. */
    int read(ByteBuffer to) throws IOException {
        return tls == null ? channel.read(to) : tls.read(to);
    }

    /** Whether {@link #read} returns bytes although none come from the network. */
    boolean hasBuffered() {
        return tls != null && tls.hasBuffered();
    }

    /** Writes what the socket takes, all if it blocks; whether that is all. */
    boolean write(ByteBuffer from) throws IOException {
        if (tls != null) {
            return tls.write(from);
        }
        channel.write(from);
        return !from.hasRemaining();
    }

    /** Whether bytes that a write has taken are still to be sent: it is to be called again. */
    boolean hasUnsent() {
        return tls != null && tls.hasUnsent();
    }

    /** Ends this side; the backend may go on to send. */
    void endOutput() throws IOException {
        if (tls != null) {
            tls.endOutput();
        }
        channel.shutdownOutput();
    }

    /** Takes leave of a backend that is there, without waiting; {@link #close} is still to be called. */
    void takeLeave() {
        if (tls != null && channel.isOpen()) {
            try {
                channel.configureBlocking(false);
                tls.endOutput();
            } catch (IOException e) {
                Forwarder.LOGGER.log(System.Logger.Level.DEBUG, "close_notify could not be sent", e);
            }
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            Forwarder.LOGGER.log(System.Logger.Level.DEBUG, "close of a backend connection", e);
        }
    }
}
