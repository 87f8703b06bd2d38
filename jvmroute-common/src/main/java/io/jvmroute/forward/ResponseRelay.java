package io.jvmroute.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.jvmroute.http1.BodyFraming;
import io.jvmroute.http1.ChunkedDecoder;
import io.jvmroute.http1.ResponseHeadParser;
import io.jvmroute.http1.UpgradeRequest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Passes one response on, as far as it has been read.
 *
 * <p>Never reads itself, so that it serves while the request is still on its way too. Of the interim responses (RFC 9110 §15.2) a 103 goes
 * on, a 100 is noted for who waits for it, and the others end here.
 */
final class ResponseRelay {
    private static final int CONTINUE = 100;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int EARLY_HINTS = 103;
    private static final int MAX_INTERIM = 100;
    private static final byte[] CONNECTION = "Connection".getBytes(ISO_8859_1);
    private static final byte[] UPGRADE = "Upgrade".getBytes(ISO_8859_1);

    private final BlockingExchange exchange;
    private final ClientLeg client;
    private final ResponseHeadParser head;
    private final ChunkedDecoder chunks;
    private final ByteBuffer in;
    private final boolean toHead;
    private final @Nullable UpgradeRequest upgrade;
    private @Nullable String protocol;
    private long left;
    private int interim;
    private HopWatch watch = HopWatch.NONE;
    private @Nullable HopRefusal refusal;
    private boolean silent = true;
    private boolean continued;
    private boolean headPassed;
    private boolean done;

    /**
     * A relay that has not read anything.
     *
     * @param upgrade what a 101 may answer; null: it is a fault
     */
    ResponseRelay(
            BlockingExchange exchange,
            ClientLeg client,
            BackendConnection connection,
            boolean toHead,
            @Nullable UpgradeRequest upgrade) {
        this.upgrade = upgrade;
        this.exchange = exchange;
        this.client = client;
        this.toHead = toHead;
        head = connection.head;
        chunks = connection.chunks;
        in = connection.in;
        head.reset(toHead);
    }

    /** Asks {@code asked} whether a 421 is a refusal. */
    void watch(HopWatch asked) {
        watch = asked;
    }

    /** Takes what was just read. If that does not end the response, all of it is taken. */
    void advance() throws IOException, ClientGoneException {
        silent = false;
        if (headPassed || takeHead()) {
            takeBody();
        }
    }

    private boolean takeHead() throws IOException, ClientGoneException {
        while (head.parse(in)) {
            if (head.status() == SWITCHING_PROTOCOLS) {
                takeSwitch();
                return false;
            }
            if (!head.isInterim()) {
                if (isRefused()) {
                    done = true;
                    return false;
                }
                passHead();
                return true;
            }
            if (++interim > MAX_INTERIM) {
                throw new IOException("more than " + MAX_INTERIM + " interim responses");
            }
            takeInterim();
            head.reset(toHead);
        }
        return false;
    }

    private boolean isRefused() {
        String answer = head.status() == HopRefusal.STATUS ? head.onlyValue(ForwardHeaders.HOP_LOWER_CASE) : null;
        refusal = answer == null ? null : watch.findRefusal(answer);
        return refusal != null;
    }

    /** What the node said instead of a response, which has not been passed on; null if it did not refuse. */
    @Nullable
    HopRefusal refusal() {
        return refusal;
    }

    private void takeInterim() {
        if (head.status() == CONTINUE) {
            continued = true;
        } else if (head.status() == EARLY_HINTS) {
            List<Map.Entry<String, String>> fields = new ArrayList<>();
            for (int i = 0; i < head.fieldCount(); i++) {
                if (head.isEndToEnd(i)) {
                    fields.add(Map.entry(
                            text(head.nameOffset(i), head.nameLength(i)),
                            text(head.valueOffset(i), head.valueLength(i))));
                }
            }
            exchange.sendEarlyHints(fields);
        }
    }

    private String text(int offset, int length) {
        return new String(head.bytes(), offset, length, ISO_8859_1);
    }

    private void takeSwitch() throws IOException {
        String answer = head.onlyValue("upgrade");
        protocol = upgrade == null || answer == null ? null : upgrade.accepted(answer);
        if (protocol == null) {
            throw new IOException("switch of protocols that was not asked for");
        }
        done = true;
    }

    /** What the backend has switched to, as the client had asked; null if it has not. What was read behind the head is the new protocol's. */
    @Nullable
    String protocol() {
        return protocol;
    }

    /** Sends the client the head of the 101, which was held back until the tunnel exists. */
    void passSwitch(String accepted) throws ClientGoneException {
        passFields();
        byte[] name = accepted.getBytes(ISO_8859_1);
        // Copies: the container may keep these arrays, and write into them.
        exchange.responseField(CONNECTION.clone(), 0, CONNECTION.length, UPGRADE.clone(), 0, UPGRADE.length);
        exchange.responseField(UPGRADE.clone(), 0, UPGRADE.length, name, 0, name.length);
        headPassed = true;
        client.commit();
        client.flush();
    }

    private void passFields() {
        exchange.responseStatus(head.status());
        byte[] bytes = head.copyOfBytes(); // one for all fields: the container may keep it
        for (int i = 0; i < head.fieldCount(); i++) {
            if (head.isEndToEnd(i)) {
                exchange.responseField(
                        bytes, head.nameOffset(i), head.nameLength(i), bytes, head.valueOffset(i), head.valueLength(i));
            }
        }
    }

    private void passHead() throws ClientGoneException {
        passFields();
        left = head.contentLength();
        if (left >= 0 && (toHead || head.framing() == BodyFraming.LENGTH || isEmpty())) {
            exchange.responseLength(left);
        }
        chunks.reset();
        headPassed = true;
        client.commit();
    }

    /** RFC 9110 §8.6: a 204 and a 304 say nothing of a length, or one that is not theirs. */
    private boolean isEmpty() {
        return left == 0 && head.status() != 204 && head.status() != 304;
    }

    private void takeBody() throws IOException, ClientGoneException {
        switch (head.framing()) {
            case NONE -> done = true;
            case LENGTH -> {
                int part = (int) Math.min(left, in.remaining());
                left -= part;
                pass(part);
                done = left == 0;
            }
            case CHUNKED -> {
                int part;
                while ((part = chunks.next(in)) > 0) {
                    pass(part);
                }
                if (part == ChunkedDecoder.END_OF_BODY) {
                    passTrailers();
                    done = true;
                }
            }
            case CLOSE -> pass(in.remaining());
        }
    }

    private void passTrailers() {
        Map<String, String> trailers = chunks.trailers(head);
        if (!trailers.isEmpty()) {
            exchange.responseTrailers(trailers);
        }
    }

    private void pass(int length) throws ClientGoneException {
        if (length > 0) {
            int limit = in.limit();
            int end = in.position() + length;
            in.limit(end);
            client.write(in);
            in.limit(limit).position(end);
        }
    }

    /**
     * The backend has ended its side.
     *
     * @throws EOFException if that is not how this response ends
     */
    void endOfInput() throws EOFException {
        if (!headPassed || head.framing() != BodyFraming.CLOSE) {
            throw new EOFException(
                    headPassed ? "closed inside the body" : "closed before the end of the response head");
        }
        done = true;
    }

    /** Whether the backend has not said anything. */
    boolean isSilent() {
        return silent;
    }

    /** Whether the backend asked for the body of a request that waits with it. */
    boolean isContinued() {
        return continued;
    }

    boolean isHeadPassed() {
        return headPassed;
    }

    boolean isDone() {
        return done;
    }

    /** Whether the response leaves the connection fit for another: ended where it said, with nothing behind it. */
    boolean leavesReusable() {
        return done
                && head.isKeepAlive()
                && !in.hasRemaining()
                && (refusal == null || head.framing() == BodyFraming.NONE);
    }

    int status() {
        return head.status();
    }
}
