package io.jvmroute.forward;

import io.jvmroute.http1.ChunkedEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import org.jspecify.annotations.Nullable;

/**
 * Streams a request body that is too long to hold, or of unknown length.
 *
 * <p>The backend may answer before it has all of it (RFC 9112 §9.5). The channel does not block meanwhile, so that such an
 * answer is seen even while the backend takes nothing. An answer of 300 or more ends the upload: it will not be
 * read. Any other goes on to the client in turns with the upload, since an application may answer as it reads.
 */
final class Upload {
    private static final long LOOK_MILLIS = 50;
    private static final int UPLOAD_IS_POINTLESS = 300;

    private final ClientLeg client;
    private final BackendConnection connection;
    private final ResponseRelay relay;
    private final Clock clock;
    private final ByteBuffer out;
    private final boolean chunked;
    private long left;
    private boolean complete;
    private boolean refused;
    private @Nullable Selector selector;

    /** Tells when the backend has been idle for too long, if it does nothing from now on. */
    @FunctionalInterface
    interface Clock {
        long idleDeadline();
    }

    /** An upload of {@code length} bytes, or of a chunked body if that is negative. */
    Upload(ClientLeg client, BackendConnection connection, ResponseRelay relay, long length, Clock clock) {
        this.client = client;
        this.connection = connection;
        this.relay = relay;
        this.clock = clock;
        out = connection.out;
        chunked = length < 0;
        left = length;
    }

    /** Sends what is in the connection's buffer, then the body. Whether the backend took all of it. */
    boolean run() throws IOException, ClientGoneException {
        connection.configureBlocking(false);
        try {
            sendBody();
        } finally {
            closeSelector();
        }
        connection.configureBlocking(true);
        return complete;
    }

    private void sendBody() throws IOException, ClientGoneException {
        while (!complete && !refused) {
            ByteBuffer part = client.read();
            if (part != null) {
                send(part);
            } else if (chunked) {
                ChunkedEncoder.last(out);
                complete = true;
                flush();
            } else {
                throw new ClientGoneException("the request body ended " + left + " bytes early");
            }
        }
    }

    private void send(ByteBuffer part) throws IOException, ClientGoneException {
        if (!chunked && part.remaining() > left) {
            throw new ClientGoneException("the request body is longer than its length");
        }
        while (part.hasRemaining() && !refused) {
            int size = Math.min(part.remaining(), out.remaining() - ChunkedEncoder.OVERHEAD);
            if (size > 0) {
                put(part, size);
            } else {
                flush();
            }
        }
        complete = !chunked && left == 0;
        flush();
    }

    private void put(ByteBuffer part, int size) {
        if (chunked) {
            ChunkedEncoder.begin(out, size);
        } else {
            left -= size;
        }
        int limit = part.limit();
        part.limit(part.position() + size);
        out.put(part);
        part.limit(limit);
        if (chunked) {
            ChunkedEncoder.end(out);
        }
    }

    private void flush() throws IOException, ClientGoneException {
        out.flip();
        while (out.hasRemaining() && !refused) {
            trySend();
            if (out.hasRemaining() && !refused) {
                await();
                lookForAnswer();
            }
        }
        if (!complete && !refused) {
            lookForAnswer();
        }
        complete &= !out.hasRemaining();
        out.clear();
    }

    private void trySend() throws IOException {
        try {
            connection.trySend();
        } catch (IOException e) {
            if (!connection.isOpen()) {
                throw e;
            }
            refused = true; // its reason may have been sent before: the answer is read next
        }
    }

    private void lookForAnswer() throws IOException, ClientGoneException {
        int read = connection.fill();
        if (read == 0) {
            return;
        }
        if (read < 0) {
            relay.endOfInput();
        } else {
            relay.advance();
        }
        if (relay.isDone() || (relay.isHeadPassed() && relay.status() >= UPLOAD_IS_POINTLESS)) {
            refused = true;
        } else if (relay.isHeadPassed()) {
            client.flush();
        }
    }

    private void await() throws IOException {
        connection.arm(clock.idleDeadline());
        Selector ready = selector;
        if (ready == null) {
            ready = Selector.open();
            selector = ready;
            connection.registerWith(ready);
        }
        while (ready.select(LOOK_MILLIS) == 0) { // the end of a channel does not wake its selector
            if (!connection.isOpen() || Thread.currentThread().isInterrupted()) {
                connection.kill();
                throw new IOException("ended during an upload");
            }
        }
        ready.selectedKeys().clear();
        if (!connection.disarm()) {
            throw new IOException("timed out during an upload");
        }
    }

    private void closeSelector() throws IOException {
        Selector used = selector;
        if (used != null) {
            used.close(); // a registered channel can't block again
        }
    }
}
