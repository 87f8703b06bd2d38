package io.jvmroute.jetty;

import io.jvmroute.forward.ForwardHeaders;
import io.jvmroute.forward.HopRefusal;
import io.jvmroute.http1.BodyFraming;
import io.jvmroute.http1.ChunkedDecoder;
import io.jvmroute.http1.ResponseHeadParser;
import io.jvmroute.http1.UpgradeRequest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ListIterator;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The response on its way to the client: what was read is written before more is read.
 *
 * <p>The callback of its own writes, and the turn that follows each. Of the interim responses (RFC 9110 §15.2) a 103 goes on, a 100 is noted for who waits for it, and the others end here. Runs in the turns of its
 * hop.
 */
final class Relay implements Callback, Runnable {
    private static final int CONTINUE = 100;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int EARLY_HINTS = 103;
    private static final int UPLOAD_IS_POINTLESS = 300;
    private static final int MAX_INTERIM = 100;

    private final Hop hop;
    private final boolean toHead;
    private @Nullable RetainableByteBuffer input;
    private @Nullable HttpFields trailers;
    private long left;
    private int interim;
    private int status;
    private boolean filled; // by the last read, to the brim
    private boolean silent = true;
    private boolean headPassed;
    private boolean passing; // a write to the client is under way
    private boolean lent; // it is of the input itself
    private boolean done;

    Relay(Hop hop) {
        this.hop = hop;
        toHead = hop.exchange.method().equals("HEAD");
    }

    private Response response() {
        return hop.exchange.response();
    }

    /** Reads from this connection from now on. */
    void begin(BackendConnection from) {
        from.head.reset(toHead);
        silent = true;
    }

    /** Whether the backend has not said anything. */
    boolean isSilent() {
        return silent;
    }

    boolean isHeadPassed() {
        return headPassed;
    }

    int status() {
        return status;
    }

    // ---- reading ----

    /** Reads and passes on until there is no more, or the client has to take something first. */
    void receive() {
        BackendConnection from = hop.connection();
        try {
            while (from != null && !passing && !done) {
                ByteBuffer in = input();
                if (!in.hasRemaining()) {
                    in = enlargedInput();
                    int read = from.fill(in);
                    filled = read == in.capacity();
                    if (read == 0) {
                        release();
                        rearm();
                        return;
                    }
                    if (read < 0) {
                        endOfInput(from);
                        return;
                    }
                    silent = false;
                }
                hop.disarm();
                take(from, in);
                from = hop.connection();
            }
        } catch (IOException e) {
            hop.backendFailed(e, 502);
        }
    }

    /** Waits for more. */
    void rearm() {
        BackendConnection from = hop.connection();
        if (from != null && !passing && !done) {
            hop.armForResponse();
            from.awaitReadable();
        }
    }

    private ByteBuffer input() {
        RetainableByteBuffer buffer = input;
        if (buffer == null) {
            buffer = hop.forwarder().readBuffers().acquire();
            input = buffer;
        }
        return buffer.getByteBuffer();
    }

    /** More room where the last read took all that there was. */
    private ByteBuffer enlargedInput() {
        RetainableByteBuffer buffer = input;
        if (filled && buffer != null) {
            input = hop.forwarder().readBuffers().enlarge(buffer);
        }
        return input();
    }

    /** Gives the buffer back. */
    void release() {
        if (input != null && !passing) {
            hop.forwarder().readBuffers().release(input);
            input = null;
        }
    }

    private void endOfInput(BackendConnection from) throws EOFException {
        if (!headPassed || from.head.framing() != BodyFraming.CLOSE) {
            throw new EOFException(
                    headPassed ? "closed inside the body" : "closed before the end of the response head");
        }
        pass(BufferUtil.EMPTY_BUFFER, /* last= */ true);
    }

    // ---- the head ----

    private void take(BackendConnection from, ByteBuffer in) throws IOException {
        if (headPassed || takeHead(from, in)) {
            takeBody(from, in);
        }
    }

    private boolean takeHead(BackendConnection from, ByteBuffer in) throws IOException {
        ResponseHeadParser head = from.head;
        while (head.parse(in)) {
            status = head.status();
            if (status == SWITCHING_PROTOCOLS) {
                takeSwitch(head, in);
                return false;
            }
            if (!head.isInterim()) {
                hop.refuseContinue();
                HopRefusal refusal = refusal(head);
                if (refusal == null) {
                    passHead(from, head);
                    from.chunks.reset();
                    return true;
                }
                done = true;
                hop.responseRead(head.isKeepAlive() && head.framing() == BodyFraming.NONE && !in.hasRemaining());
                hop.refused(refusal);
                return false;
            }
            if (++interim > MAX_INTERIM) {
                throw new IOException("more than " + MAX_INTERIM + " interim responses");
            }
            takeInterim(from, head);
            head.reset(toHead);
        }
        return false;
    }

    private @Nullable HopRefusal refusal(ResponseHeadParser head) {
        String answer = head.status() == HopRefusal.STATUS ? head.onlyValue(ForwardHeaders.HOP_LOWER_CASE) : null;
        return answer == null ? null : hop.watch().findRefusal(answer);
    }

    private void takeInterim(BackendConnection from, ResponseHeadParser head) {
        if (head.status() == CONTINUE) {
            hop.grantContinue();
        } else if (head.status() == EARLY_HINTS && !hop.exchange.isHttp10()) {
            HttpFields.Mutable fields = HttpFields.build();
            from.fields.copy(head, fields);
            var unused = response().writeInterim(EARLY_HINTS, fields.asImmutable()); // Jetty keeps the order of writes
        }
    }

    /** The fields of the backend in place of those that Jetty has prepared: the date alone stays where it gave none (RFC 9110 §6.6.1). */
    private void passFields(BackendConnection from, ResponseHeadParser head) {
        HttpFields.Mutable fields = response().getHeaders();
        if (fields.size() > 0) {
            removePrepared(fields, head.has("date"));
        }
        response().setStatus(status);
        from.fields.copy(head, fields);
    }

    private static void removePrepared(HttpFields.Mutable fields, boolean dated) {
        for (ListIterator<HttpField> prepared = fields.listIterator(); prepared.hasNext(); ) {
            HttpHeader its = prepared.next().getHeader();
            if (its == HttpHeader.SERVER || (dated && its == HttpHeader.DATE)) {
                prepared.remove();
            }
        }
    }

    private void passHead(BackendConnection from, ResponseHeadParser head) {
        passFields(from, head);
        left = head.contentLength();
        boolean said = (toHead && status != 304) || head.framing() == BodyFraming.LENGTH || isEmpty();
        if (left >= 0 && said) {
            response().getHeaders().put(from.fields.contentLength(left));
        }
        if (head.framing() == BodyFraming.CHUNKED && !hop.exchange.isHttp10()) {
            response().setTrailersSupplier(() -> trailers);
        }
        if (hop.isUploading() && status >= UPLOAD_IS_POINTLESS && !hop.exchange.isHttp2()) {
            response().getHeaders().put(HttpHeader.CONNECTION, "close"); // the rest of the request will not be read
        }
        headPassed = true;
    }

    /** RFC 9110 §8.6: a 204 and a 304 say nothing of a length, or one that is not theirs. */
    private boolean isEmpty() {
        return left == 0 && status != 204 && status != 304;
    }

    // ---- the body ----

    private void takeBody(BackendConnection from, ByteBuffer in) throws IOException {
        switch (from.head.framing()) {
            case NONE -> pass(BufferUtil.EMPTY_BUFFER, /* last= */ true);
            case LENGTH -> {
                int size = (int) Math.min(left, in.remaining());
                left -= size;
                lent = size == in.remaining();
                pass(lent ? in : cut(in, size), left == 0);
            }
            case CHUNKED -> takeChunks(from, in);
            case CLOSE -> pass(cut(in, in.remaining()), /* last= */ false);
        }
    }

    /** Moves the payload of all chunks that are there together: one write for them. */
    private void takeChunks(BackendConnection from, ByteBuffer in) throws IOException {
        int start = -1;
        int end = -1;
        int part;
        while ((part = from.chunks.next(in)) > 0) {
            int at = in.position();
            if (start < 0) {
                start = at;
                end = at + part;
            } else {
                in.put(end, in, at, part);
                end += part;
            }
            in.position(at + part);
        }
        boolean last = part == ChunkedDecoder.END_OF_BODY;
        if (last) {
            takeTrailers(from.chunks.trailers(from.head));
        }
        ByteBuffer payload = start < 0 ? BufferUtil.EMPTY_BUFFER : in.slice(start, end - start);
        if (last || payload.hasRemaining() || !response().isCommitted()) {
            pass(payload, last);
        }
    }

    private void takeTrailers(Map<String, String> fields) {
        if (!fields.isEmpty()) {
            HttpFields.Mutable made = HttpFields.build();
            fields.forEach(made::add);
            trailers = made.asImmutable();
        }
    }

    private static ByteBuffer cut(ByteBuffer in, int size) {
        ByteBuffer part = in.slice(in.position(), size);
        in.position(in.position() + size);
        return part;
    }

    private void pass(ByteBuffer part, boolean last) {
        passing = true;
        hop.disarm();
        if (last) {
            done = true;
            BackendConnection from = hop.connection();
            ByteBuffer in = input();
            hop.responseRead(from != null
                    && from.head.isKeepAlive()
                    && from.head.framing() != BodyFraming.CLOSE
                    && (lent || !in.hasRemaining()));
        } else if (status >= UPLOAD_IS_POINTLESS) {
            hop.stopUpload();
        }
        response().write(last, part, this);
    }

    @Override
    public void succeeded() {
        hop.run(this);
    }

    @Override
    public void failed(Throwable cause) {
        hop.run(() -> hop.clientGone(Hop.CLIENT_CLOSED, "client: " + cause));
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /** What was passed on has been written. */
    @Override
    public void run() {
        passing = false;
        if (lent) { // and read to its end, whatever became of its position
            lent = false;
            BufferUtil.clear(input());
        }
        if (hop.isEnded()) {
            release();
        } else if (done) {
            release();
            hop.passed(status);
        } else {
            receive();
        }
    }

    // ---- 101 ----

    private void takeSwitch(ResponseHeadParser head, ByteBuffer in) throws IOException {
        UpgradeRequest asked = hop.upgrade;
        String answer = head.onlyValue("upgrade");
        String protocol = asked == null || answer == null ? null : asked.accepted(answer);
        BackendConnection from = hop.connection();
        if (protocol == null || from == null) {
            throw new IOException("switch of protocols that was not asked for");
        }
        ByteBuffer early = ByteBuffer.allocate(in.remaining()).put(in).flip();
        done = true;
        passFields(from, head);
        response().getHeaders().put(HttpHeader.CONNECTION, "Upgrade").put(HttpHeader.UPGRADE, protocol);
        headPassed = true;
        JettyTunnel tunnel = new JettyTunnel(
                hop.forwarder(), hop.exchange.request(), from, new JettyTunnel.Start(early, protocol, hop.watch()));
        hop.giveAway();
        tunnel.offer();
        hop.exchange.leaveConnectionTo(tunnel.clientEnd());
        release();
        hop.passed(status);
    }
}
