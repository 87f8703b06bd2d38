package io.jvmroute.forward;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One TLS connection over a socket, which blocks or does not as the socket does. Holds no buffer while nothing is under way.
 *
 * <p>One thread may read while another writes. An end without close_notify is an error (RFC 8446 §6.1): whoever cuts the connection must not be
 * able to shorten a response. Renegotiation (TLS 1.2) is refused.
 */
final class TlsChannel {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel socket;
    private final SSLEngine engine;
    private final TunnelBuffers buffers;
    private @Nullable ByteBuffer received; // ciphertext not yet taken, ready to be read
    private boolean mayHoldRecord;

    private final ReentrantLock sending = new ReentrantLock();
    private @Nullable ByteBuffer unsent; // ciphertext, ready to be sent

    TlsChannel(SocketChannel socket, SSLEngine engine, TunnelBuffers buffers) {
        this.socket = socket;
        this.engine = engine;
        this.buffers = buffers;
    }

    // ---- handshake ----

    /**
     * Agrees on keys, on a socket that blocks.
     *
     * @throws TlsHandshakeException if the other side can't do it as it must
     */
    void handshake() throws IOException {
        try {
            engine.beginHandshake();
            while (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
                step(engine.getHandshakeStatus());
            }
        } catch (SSLException e) {
            throw new TlsHandshakeException(e);
        }
    }

    private void step(HandshakeStatus status) throws IOException {
        switch (status) {
            case NEED_TASK -> runTasks();
            case NEED_WRAP -> write(NOTHING);
            default -> {
                if (unwrap(NOTHING).getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW && receive() < 0) {
                    throw new SSLException("closed in the handshake");
                }
            }
        }
    }

    private void runTasks() {
        for (Runnable task; (task = engine.getDelegatedTask()) != null; ) {
            task.run();
        }
    }

    // ---- reading ----

    /**
     * Reads what is there, at least one byte if the socket blocks.
     *
     * @param to has room for one record at least: 16 KiB and a little
     * @return the number of bytes, 0 if there are none now, -1 after close_notify
     * @throws EOFException if the connection ended without it
     */
    int read(ByteBuffer to) throws IOException {
        int start = to.position();
        while (true) {
            SSLEngineResult.Status status = unwrap(to).getStatus();
            mayHoldRecord = status == SSLEngineResult.Status.BUFFER_OVERFLOW;
            if (to.position() > start && status != SSLEngineResult.Status.OK) {
                return to.position() - start;
            }
            switch (status) {
                case CLOSED -> {
                    return -1;
                }
                case BUFFER_OVERFLOW -> throw new IOException("no room for a record in " + to.remaining() + " bytes");
                case BUFFER_UNDERFLOW -> {
                    int read = receive();
                    if (read < 0) {
                        throw new EOFException("closed without close_notify");
                    }
                    if (read == 0) {
                        return 0;
                    }
                }
                case OK -> {} // there may be another record
            }
        }
    }

    /** Whether bytes were read from the socket that {@link #read} can return without it. */
    boolean hasBuffered() {
        return mayHoldRecord;
    }

    private SSLEngineResult unwrap(ByteBuffer to) throws IOException {
        ByteBuffer from = received == null ? NOTHING : received;
        SSLEngineResult result = engine.unwrap(from, to);
        if (received != null && !received.hasRemaining()) {
            buffers.give(received);
            received = null;
        }
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            runTasks();
        }
        return result;
    }

    private int receive() throws IOException {
        ByteBuffer buffer = received;
        if (buffer == null) {
            buffer = buffers.take(engine.getSession().getPacketBufferSize());
            received = buffer;
        } else {
            buffer.compact();
        }
        try {
            return socket.read(buffer);
        } finally {
            buffer.flip();
            if (!buffer.hasRemaining()) {
                received = null;
                buffers.give(buffer);
            }
        }
    }

    // ---- writing ----

    /**
     * Encrypts and sends: all of {@code from} if the socket blocks, else what it takes.
     *
     * @return whether all is sent; if not, to be called again, with the rest, when the socket takes more
     */
    boolean write(ByteBuffer from) throws IOException {
        sending.lock();
        try {
            boolean empty = !from.hasRemaining();
            while (flush()) {
                if (!from.hasRemaining() && !(empty && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP)) {
                    return true;
                }
                wrap(from);
            }
            return false;
        } finally {
            sending.unlock();
        }
    }

    private void wrap(ByteBuffer from) throws IOException {
        ByteBuffer buffer = buffers.take(engine.getSession().getPacketBufferSize());
        SSLEngineResult result = engine.wrap(from, buffer);
        unsent = buffer.flip();
        if (result.getStatus() == SSLEngineResult.Status.CLOSED && from.hasRemaining()) {
            throw new IOException("TLS connection is closed");
        }
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP
                && from.hasRemaining()
                && result.bytesProduced() == 0) {
            throw new IOException("renegotiation refused");
        }
    }

    /** Whether nothing waits to be sent any more. */
    private boolean flush() throws IOException {
        ByteBuffer buffer = unsent;
        if (buffer != null) {
            do {
                socket.write(buffer);
            } while (buffer.hasRemaining() && socket.isBlocking());
            if (buffer.hasRemaining()) {
                return false;
            }
            unsent = null;
            buffers.give(buffer);
        }
        return true;
    }

    /** Whether ciphertext waits to be sent. */
    boolean hasUnsent() {
        sending.lock();
        try {
            return unsent != null;
        } finally {
            sending.unlock();
        }
    }

    /** Says close_notify, as far as the socket takes it: the other side may go on. */
    void endOutput() throws IOException {
        sending.lock();
        try {
            engine.closeOutbound();
            while (flush() && !engine.isOutboundDone()) {
                wrap(NOTHING);
            }
        } finally {
            sending.unlock();
        }
    }
}
