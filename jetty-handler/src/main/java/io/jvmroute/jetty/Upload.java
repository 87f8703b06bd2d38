package io.jvmroute.jetty;

import io.jvmroute.http1.ChunkedEncoder;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.Trailers;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request on its way to the backend: held whole if it is small, else streamed part by part, each asked of the client when the one before
 * is written.
 *
 * <p>Runs in the turns of its hop; what Jetty runs when a part is there brings one.
 */
final class Upload implements Invocable.Task {
    private static final int FRAMING = 64;
    private static final int MAX_TRAILERS = 8192;

    private final Hop hop;
    private @Nullable ByteBuffer framing;
    private @Nullable RetainableByteBuffer head; // not written yet
    private Content.@Nullable Chunk first; // read to find out whether there is one
    private boolean lastPart;
    private long left;
    private boolean touched;
    private boolean demanding;
    private boolean sent;
    private boolean stopped;
    private @Nullable Runnable afterDemand;

    Upload(Hop hop) {
        this.hop = hop;
        left = Math.max(0, hop.length());
    }

    /** Whether the body may have lost a byte to us. */
    boolean isTouched() {
        return touched;
    }

    boolean isDemanding() {
        return demanding;
    }

    /** Whether the backend was sent the whole request. */
    boolean isSent() {
        return sent;
    }

    /** Whether the last part is being written: its answer may come before we hear that it was. */
    boolean isEnding() {
        return lastPart;
    }

    /** Whether the rest will not be sent. */
    boolean isStopped() {
        return stopped;
    }

    void stop() {
        stopped = true;
    }

    /** How the body is framed for the backend: its length, -1 for chunks. */
    long framedLength() {
        return hop.length();
    }

    private boolean isChunked() {
        return hop.length() < 0;
    }

    /** Whether there turns out to be no body; if there is, its first part is kept. */
    boolean isEmpty() {
        if (first == null && !touched) {
            Content.Chunk chunk = hop.exchange.request().read();
            boolean empty = chunk != null
                    && chunk.isLast()
                    && !chunk.hasRemaining()
                    && !(chunk instanceof Trailers)
                    && !Content.Chunk.isFailure(chunk);
            if (empty) {
                return true;
            }
            touched = chunk != null;
            first = chunk;
        }
        return false;
    }

    private void demand(Runnable next) {
        demanding = true;
        afterDemand = next;
        hop.disarm();
        hop.exchange.request().demand(this);
    }

    @Override
    public void run() {
        hop.run(this::available);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    private void available() {
        demanding = false;
        Runnable next = afterDemand;
        if (!hop.endsDrained() && !stopped && next != null) {
            next.run();
        }
    }

    private Content.@Nullable Chunk read() {
        touched = true;
        Content.Chunk kept = first;
        first = null;
        return kept != null ? kept : hop.exchange.request().read();
    }

    // ---- held bodies ----

    /** Holds the body if it is small; then the hop sends. */
    void collect() {
        if (hop.length() == 0 || !hop.isHeld() || hop.exchange.held() != null) {
            hop.send();
            return;
        }
        RetainableByteBuffer.Mutable collected =
                hop.exchange.collected(hop.forwarder().buffers(), (int) hop.length());
        while (true) {
            Content.Chunk chunk = read();
            if (chunk == null) {
                demand(this::collect);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                hop.bodyFailed(chunk.getFailure());
                return;
            }
            boolean last = chunk.isLast();
            boolean fits = chunk.remaining() <= hop.length() - collected.remaining();
            if (fits && chunk.hasRemaining()) {
                BufferUtil.append(collected.getByteBuffer(), chunk.getByteBuffer());
            }
            chunk.release();
            if (!fits || (last && collected.remaining() < hop.length())) {
                hop.clientGone(400, "the request body is not as long as it said");
                return;
            }
            if (last || collected.remaining() == hop.length()) {
                hop.exchange.hold(collected);
                hop.send();
                return;
            }
        }
    }

    /** Makes ready to be sent again. */
    void rewind() {
        lastPart = false;
        sent = false;
        stopped = false;
    }

    // ---- sending ----

    /** Sends the head with what there is of the body. */
    void sendFirst(RetainableByteBuffer encodedHead) {
        RetainableByteBuffer held = hop.exchange.held();
        if (hop.length() == 0 || held != null) {
            lastPart = true;
            if (held == null) {
                hop.write(new ByteBuffer[] {encodedHead.getByteBuffer()}, encodedHead, null);
            } else {
                held.retain();
                hop.write(
                        new ByteBuffer[] {
                            encodedHead.getByteBuffer(), held.getByteBuffer().slice()
                        },
                        encodedHead,
                        held);
            }
            return;
        }
        head = encodedHead;
        lastPart = false;
        if (hop.isWaitingToContinue()) {
            writeHead();
        } else {
            pump();
        }
    }

    private void writeHead() {
        RetainableByteBuffer alone = head;
        head = null;
        if (alone != null) {
            hop.write(new ByteBuffer[] {alone.getByteBuffer()}, alone, null);
        }
    }

    /** Called by the hop when a write is done. */
    void written() {
        if (lastPart) {
            sent = true;
            hop.sent();
        } else if (!hop.isWaitingToContinue()) {
            pump();
        }
    }

    /** Takes the next part from the client and sends it, or asks for it. */
    void pump() {
        while (!sent && !stopped && !demanding && !lastPart && !hop.isWriting() && hop.connection() != null) {
            Content.Chunk chunk = read();
            if (chunk == null) {
                if (head != null) {
                    writeHead(); // the backend may begin with it
                } else {
                    demand(this::pump);
                }
            } else if (Content.Chunk.isFailure(chunk)) {
                hop.bodyFailed(chunk.getFailure());
            } else {
                send(chunk);
            }
        }
    }

    private void send(Content.Chunk chunk) {
        int size = chunk.remaining();
        boolean last = chunk.isLast();
        left -= size;
        if (!isChunked() && (left < 0 || (last && left > 0))) {
            chunk.release();
            hop.clientGone(400, "the request body is not as long as it said");
            return;
        }
        lastPart = last || (!isChunked() && left == 0);
        if (size == 0 && !lastPart) {
            chunk.release();
        } else {
            write(chunk, size);
        }
    }

    private void write(Content.Chunk body, int size) {
        RetainableByteBuffer before = head == null ? RetainableByteBuffer.EMPTY : head;
        head = null;
        if (!isChunked()) {
            hop.write(new ByteBuffer[] {before.getByteBuffer(), body.getByteBuffer()}, before, body);
            return;
        }
        ByteBuffer lines = framing == null ? ByteBuffer.allocate(FRAMING) : framing.clear();
        framing = lines;
        if (size > 0) {
            ChunkedEncoder.begin(lines, size);
        }
        int from = lines.position();
        ByteBuffer sizeLine = lines.slice(0, from);
        if (size > 0) {
            ChunkedEncoder.end(lines);
        }
        ByteBuffer trailers = lastPart ? trailers() : BufferUtil.EMPTY_BUFFER;
        if (lastPart) {
            ChunkedEncoder.lastSize(lines);
        }
        if (lastPart && !trailers.hasRemaining()) {
            ChunkedEncoder.end(lines);
        }
        ByteBuffer after = lines.slice(from, lines.position() - from);
        hop.write(
                new ByteBuffer[] {before.getByteBuffer(), sizeLine, body.getByteBuffer(), after, trailers},
                before,
                body);
    }

    /** The trailer fields and the end of the body; empty if there are none. */
    private ByteBuffer trailers() {
        HttpFields fields = hop.exchange.request().getTrailers();
        BackendConnection to = hop.connection();
        if (fields == null || fields.size() == 0 || to == null) {
            return BufferUtil.EMPTY_BUFFER;
        }
        Map<String, String> joined = new LinkedHashMap<>();
        for (HttpField field : fields) { // RFC 9110 §5.3
            joined.merge(field.getName(), String.valueOf(field.getValue()), (first, next) -> first + ", " + next);
        }
        ByteBuffer room = ByteBuffer.allocate(MAX_TRAILERS + ChunkedEncoder.LAST_LENGTH);
        room.limit(MAX_TRAILERS);
        joined.forEach((name, value) -> to.encoder.trailer(name, value, room));
        room.limit(room.capacity());
        ChunkedEncoder.end(room);
        return room.flip();
    }

    /** Gives back what will not be written. */
    void release() {
        if (head != null) {
            head.release();
            head = null;
        }
        if (first != null) {
            first.release();
            first = null;
        }
    }
}
