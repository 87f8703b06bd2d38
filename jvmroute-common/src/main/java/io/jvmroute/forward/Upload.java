package io.jvmroute.forward;

import io.jvmroute.http1.ChunkedEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Streams a request body that is too long to hold, of unknown length, or not sent yet because the client waits for a 100.
 *
 * <p>The backend may answer before it has all of it (RFC 9112 §9.5). The channel does not block meanwhile, so that such an
 * answer is seen even while the backend takes nothing. An answer of 300 or more ends the upload: it will not be
 * read. Any other goes on to the client in turns with the upload, since an application may answer as it reads.
 */
final class Upload {
    private static final long LOOK_MILLIS = 50;
    private static final int UPLOAD_IS_POINTLESS = 300;

    /** How long a backend may keep silent before the client is let go on: it need not know of the expectation (RFC 9110 §10.1.1). */
    private static final long CONTINUE_NANOS = TimeUnit.SECONDS.toNanos(1);

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

    /** The time, as {@link System#nanoTime}. */
    interface Clock {
        long now();

        /** When the backend has been idle for too long, if it does nothing from now on. */
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

    /**
     * Sends what is in the connection's buffer, then the body. Whether the backend took all of it.
     *
     * @param expects whether the client waits for a 100 before it sends the body
     */
    boolean run(boolean expects) throws IOException, ClientGoneException {
        connection.configureBlocking(false);
        try {
            if (expects) {
                awaitContinue();
            }
            sendBody();
        } finally {
            closeSelector();
        }
        connection.configureBlocking(true);
        return complete;
    }

    /** Asks the backend for leave; a final response means that there is none, and the body stays with the client. */
    private void awaitContinue() throws IOException, ClientGoneException {
        flush();
        long deadline = clock.now() + CONTINUE_NANOS;
        while (!refused && !relay.isContinued() && clock.now() - deadline < 0) {
            if (select(SelectionKey.OP_READ)) {
                lookForAnswer();
            }
            refused |= relay.isHeadPassed();
        }
        if (!refused) {
            client.sendContinue();
        }
    }

    private void sendBody() throws IOException, ClientGoneException {
        while (!complete && !refused) {
            ByteBuffer part = client.read();
            if (part != null) {
                send(part);
            } else if (chunked) {
                sendEnd();
            } else {
                throw new ClientGoneException("the request body ended " + left + " bytes early");
            }
        }
    }

    private void sendEnd() throws IOException, ClientGoneException {
        Map<String, String> trailers = client.trailers();
        if (!trailers.isEmpty()) {
            flush(); // makes room
        }
        if (!refused) {
            ChunkedEncoder.lastSize(out);
            ByteBuffer room = out.slice(out.position(), out.remaining() - ChunkedEncoder.LAST_LENGTH);
            trailers.forEach((name, value) -> connection.encoder.trailer(name, value, room));
            out.position(out.position() + room.position());
            ChunkedEncoder.end(out);
            complete = true;
            flush();
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
        while (connection.hasUnsent() && !refused) {
            trySend();
            if (connection.hasUnsent() && !refused) {
                await();
                lookForAnswer();
            }
        }
        if (!complete && !refused) {
            lookForAnswer();
        }
        complete &= !connection.hasUnsent();
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
        boolean ready;
        do {
            ready = select(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        } while (!ready);
        if (!connection.disarm()) {
            throw new IOException("timed out during an upload");
        }
    }

    /** Waits for a moment; the end of a channel does not wake its selector. */
    private boolean select(int operations) throws IOException {
        Selector ready = selector;
        if (ready == null) {
            ready = Selector.open();
            selector = ready;
        }
        if (!connection.isOpen() || Thread.currentThread().isInterrupted()) {
            connection.kill();
            throw new IOException("ended during an upload");
        }
        connection.registerWith(ready, operations);
        boolean some = ready.select(LOOK_MILLIS) > 0;
        ready.selectedKeys().clear();
        return some;
    }

    private void closeSelector() throws IOException {
        Selector used = selector;
        if (used != null) {
            used.close(); // a registered channel can't block again
        }
    }
}
