package io.jvmroute.jetty;

import io.jvmroute.NonBlockingCorridor;
import io.jvmroute.forward.ForwardHeaders;
import io.jvmroute.forward.ForwardResult;
import io.jvmroute.forward.ForwardResult.Outcome;
import io.jvmroute.forward.HopRefusal;
import io.jvmroute.forward.HopWatch;
import io.jvmroute.forward.ProxyError;
import io.jvmroute.http1.HttpSyntaxException;
import io.jvmroute.http1.RequestHeadEncoder;
import io.jvmroute.http1.UpgradeRequest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Retainable;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a backend and back: on one connection, or once more on a fresh one.
 *
 * <pre>
 *               idle or fresh connection          head and body sent           last byte passed on
 * CONNECTING ---------------------------> SENDING -----------------> WAITING ----------------------> ended
 *      ^                                     |                          |
 *      +------(a reused one was dead: R1)----+--------------------------+
 * </pre>
 *
 * <p>Every event (connection up, bytes to read, write done, client's body, time is up) becomes a turn; turns run one after the other, on
 * whichever thread brings the event, so that the state here needs no lock, and a completion within a turn no stack. What comes after the end finds nothing to
 * do.
 */
final class Hop extends Turns {
    /** In logs alone: nobody is there to be told. */
    static final int CLIENT_CLOSED = 499;

    private static final int REQUEST_TIMEOUT = 408;

    /** What a small body may have to be held whole, and sent again after a stale connection. */
    static final int MAX_HELD_BODY = 64 * 1024;

    private static final int HEAD_SIZE = 16 * 1024;
    private static final int LONGEST_HEAD = 64 * 1024;

    /** How long a backend may keep silent before the client is let go on: it need not know of the expectation (RFC 9110 §10.1.1). */
    private static final long CONTINUE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final JettyForwarder forwarder;
    private final BackendPool pool;
    private final NonBlockingCorridor.Terms terms;
    private final Upload upload;
    private final Relay relay;
    final JettyExchange exchange;
    final @Nullable UpgradeRequest upgrade;
    final boolean expects;
    private long length; // -1: not known

    private @Nullable BackendConnection connection;
    private boolean begun; // the request is being sent
    private @Nullable Write writing;
    private boolean retried;
    private boolean ended;
    private boolean tunnelled;
    private boolean draining; // all is passed on, but the client's body is still asked for
    private @Nullable ForwardResult outcome;
    private long headDeadline;

    private volatile long deadline; // 0: none
    private volatile long continueAt; // 0: not waiting for a 100
    private long lastSeen; // by the watch
    private volatile int looksInRow; // written by the watch

    Hop(JettyForwarder forwarder, BackendPool pool, JettyExchange exchange, NonBlockingCorridor.Terms terms) {
        this.forwarder = forwarder;
        this.pool = pool;
        this.exchange = exchange;
        this.terms = terms;
        upgrade = exchange.upgradeRequest();
        length = exchange.requestLength();
        expects = length != 0 && exchange.held() == null && exchange.expectsContinue();
        upload = new Upload(this);
        relay = new Relay(this);
    }

    /** What a turn throws is a fault of ours: the exchange ends with it. */
    @Override
    void turnFailed(Throwable failure) {
        JettyForwarder.LOGGER.log(System.Logger.Level.WARNING, "forward failed", failure);
        backendFailed(new IOException(failure), 502);
    }

    /** The length of the request body: 0 for none, -1 if it is not known. */
    long length() {
        return length;
    }

    /** HTTP/2 says only with the stream that there is no body. */
    private boolean mayBeEmpty() {
        return length < 0 && !expects && exchange.isHttp2();
    }

    boolean asksForTunnel() {
        return upgrade != null;
    }

    boolean hasTunnel() {
        return tunnelled;
    }

    JettyForwarder forwarder() {
        return forwarder;
    }

    HopWatch watch() {
        return terms.watch();
    }

    /** Whether the request may be sent twice (RFC 9110 §9.2.2), and we can. */
    private boolean isRepeatable() {
        return length >= 0 && length <= MAX_HELD_BODY && !expects && isIdempotent(exchange.method());
    }

    private static boolean isIdempotent(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    /** Whether the body is held whole before the request is sent. */
    boolean isHeld() {
        return length >= 0 && length <= MAX_HELD_BODY && !expects;
    }

    // ---- connecting ----

    void start() {
        Request request = exchange.request();
        request.addIdleTimeoutListener(timeout -> false); // we have a watch of our own
        request.addFailureListener(cause -> run(() -> clientGone(CLIENT_CLOSED, "client: " + cause)));
        if (tryTurn()) {
            try {
                connect();
            } catch (Throwable e) { // as of any turn
                turnFailed(e);
            }
            endTurn();
        } else {
            run(this::connect);
        }
    }

    private void connect() {
        boolean repeatable = isRepeatable() || (mayBeEmpty() && isIdempotent(exchange.method()));
        ClientSelector home = exchange.home();
        BackendConnection idle = retried ? null : pool.checkOut(home, repeatable, System.nanoTime());
        if (idle != null) {
            begin(idle);
        } else {
            pool.open(
                    home, Promise.from(fresh -> run(() -> connected(fresh)), cause -> run(() -> notConnected(cause))));
        }
    }

    private void connected(BackendConnection fresh) {
        if (ended) {
            fresh.close();
        } else {
            begin(fresh);
        }
    }

    private void notConnected(Throwable cause) {
        if (ended) {
            return;
        }
        IOException failure = cause instanceof IOException io ? io : new IOException(cause);
        if (failure instanceof BackendConnector.NoSocketException || forwarder.isClosed()) {
            end(JettyForwarder.failed(503, failure.toString(), ProxyError.PROXY_INTERNAL_ERROR));
            return;
        }
        // A request that was sent to a dead connection already may go elsewhere without its body alone.
        end(ForwardResult.notConnected(failure, !retried || length == 0));
    }

    private void begin(BackendConnection ready) {
        connection = ready;
        ready.attach(this);
        if (mayBeEmpty() && upload.isEmpty()) {
            length = 0;
        }
        if (!ended) {
            upload.collect(); // comes back as send
        }
    }

    // ---- sending ----

    /** The body is held, or will be streamed. */
    void send() {
        BackendConnection to = connection;
        if (to == null) { // it ended while the body was collected
            connect();
            return;
        }
        begun = true;
        relay.begin(to);
        RetainableByteBuffer head;
        try {
            head = encode(to);
        } catch (HttpSyntaxException e) {
            clientGone(e.isTooLarge() ? 431 : 400, "request: " + e.getMessage());
            return;
        }
        if (expects && !upload.isTouched()) {
            continueAt = (System.nanoTime() + CONTINUE_NANOS) | 1;
        }
        upload.sendFirst(head);
    }

    private RetainableByteBuffer encode(BackendConnection to) throws HttpSyntaxException {
        try {
            return encode(to, HEAD_SIZE);
        } catch (HttpSyntaxException e) {
            if (!e.isTooLarge()) {
                throw e;
            }
            return encode(to, LONGEST_HEAD);
        }
    }

    private RetainableByteBuffer encode(BackendConnection to, int size) throws HttpSyntaxException {
        RetainableByteBuffer buffer = forwarder.buffers().acquire(size, /* direct= */ true);
        boolean encoded = false;
        try {
            ByteBuffer out = buffer.getByteBuffer();
            out.position(0).limit(size);
            RequestHeadEncoder encoder = to.encoder;
            encoder.begin(out, exchange.method(), exchange.target());
            String ticket = terms.ticket();
            ForwardHeaders fields = to.headers;
            fields.begin(ticket, exchange.trustedProxy());
            exchange.requestFields(fields);
            fields.end(exchange.client(), ticket == null ? null : exchange.clientTls(), upgrade);
            if (expects) {
                encoder.own("Expect", "100-continue"); // the backend decides whether the client sends its body
            }
            encoder.end(upload.framedLength());
            out.flip();
            encoded = true;
            return buffer;
        } finally {
            if (!encoded) {
                buffer.release();
            }
        }
    }

    /** One write to a backend, and the turn after it; with what it holds until then, which may be after the end of the hop. */
    private final class Write implements Callback, Runnable {
        private final BackendConnection to;
        private final Retainable held;
        private final @Nullable Retainable heldToo;
        private @Nullable Throwable failure;
        private volatile boolean succeeded;

        Write(BackendConnection to, Retainable held, @Nullable Retainable heldToo) {
            this.to = to;
            this.held = held;
            this.heldToo = heldToo;
        }

        @Override
        public void succeeded() {
            succeeded = true;
            Hop.this.run(this);
        }

        @Override
        public void failed(Throwable cause) {
            failure = cause;
            Hop.this.run(this);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        @Override
        public void run() {
            held.release();
            if (heldToo != null) {
                heldToo.release();
            }
            if (writing == this) {
                writing = null;
                if (!ended && to == connection) {
                    written(failure);
                }
            }
        }
    }

    /**
     * Writes buffers to the backend; {@link Upload#written} comes next.
     *
     * @param held is released when that is done, as {@code heldToo} is
     */
    void write(ByteBuffer[] buffers, Retainable held, @Nullable Retainable heldToo) {
        BackendConnection to = connection;
        if (to == null) {
            throw new IllegalStateException("no connection");
        }
        Write write = new Write(to, held, heldToo);
        writing = write;
        armIdle();
        to.write(write, buffers);
    }

    boolean isWriting() {
        return writing != null;
    }

    private void written(@Nullable Throwable failure) {
        disarm();
        if (failure == null) {
            upload.written();
        } else { // its reason may have been sent before: the answer is read next
            upload.stop();
            armHead();
            relay.receive();
        }
    }

    /** The whole request is sent. */
    void sent() {
        armHead();
        relay.rearm();
    }

    // ---- the watch ----

    private void armHead() {
        headDeadline =
                System.nanoTime() + forwarder.settings().responseTimeout().toNanos();
        arm(headDeadline);
    }

    /** The time for the head runs on over interim responses. */
    void armForResponse() {
        if (relay.isHeadPassed()) {
            armIdle();
        } else if (upload.isSent() || upload.isStopped()) {
            arm(headDeadline);
        } else if (writing == null) {
            disarm(); // the client may take its time for the body
        }
    }

    private void armIdle() {
        arm(System.nanoTime() + forwarder.settings().idleTimeout().toNanos());
    }

    private void arm(long time) {
        deadline = time | 1;
    }

    void disarm() {
        deadline = 0;
    }

    /** Called by the watch, on a thread of its own. */
    void look(long now) {
        long seen = deadline;
        int looks = seen != 0 && seen == lastSeen ? looksInRow + 1 : 0;
        looksInRow = looks;
        lastSeen = seen;
        long until = continueAt;
        if (until != 0 && now - until >= 0) {
            run(this::grantContinue);
        }
        if (seen != 0 && now - seen >= 0) {
            run(this::expire);
        } else if (looks % 2 == 1) { // nothing came since the last time
            run(this::lookAtClient);
        }
    }

    private void expire() {
        long time = deadline;
        if (!ended && time != 0 && System.nanoTime() - time >= 0) {
            backendFailed(new IOException("timed out"), 504);
        }
    }

    /** Called by any thread: whether it waits for the backend, and nothing came in so many looks of the watch. */
    boolean isSilentFor(int looks) {
        return looksInRow >= looks;
    }

    /** Called by any thread: ends the hop with 504 if it waits for the backend. */
    void giveUp() {
        run(() -> {
            if (!ended && deadline != 0) {
                backendFailed(new IOException("the node is silent"), 504);
            }
        });
    }

    boolean isTo(BackendPool itsPool) {
        return pool == itsPool;
    }

    private void lookAtClient() {
        if (!ended
                && deadline != 0
                && (length == 0 || upload.isSent())
                && !upload.isDemanding()
                && ClientLook.isGone(exchange)) {
            clientGone(CLIENT_CLOSED, "client: closed its connection");
        }
    }

    // ---- 100 ----

    boolean isWaitingToContinue() {
        return continueAt != 0;
    }

    /** The backend asked for the body, or keeps silent: the client may send it. */
    void grantContinue() {
        if (continueAt != 0) {
            continueAt = 0;
            if (!ended) {
                upload.pump();
            }
        }
    }

    /** The answer came instead of a 100: the body stays with the client. */
    void refuseContinue() {
        if (continueAt != 0) {
            continueAt = 0;
            upload.stop();
        }
    }

    // ---- the response ----

    void readable(BackendConnection from) {
        if (tryTurn()) {
            try {
                takeReadable(from);
            } catch (Throwable e) { // as of any turn
                turnFailed(e);
            }
            endTurn();
        } else {
            run(() -> takeReadable(from));
        }
    }

    private void takeReadable(BackendConnection from) {
        if (from == connection && !ended) {
            if (begun) {
                relay.receive();
            } else {
                dropConnection(); // a byte or its end, before anything was sent: no good for this request
            }
        }
    }

    void unreadable(BackendConnection from, Throwable cause) {
        run(() -> {
            if (from == connection && !ended) {
                if (begun) {
                    backendFailed(cause instanceof IOException io ? io : new IOException(cause), 502);
                } else {
                    dropConnection();
                }
            }
        });
    }

    /** Whether the backend lacks a part of the request. */
    boolean isUploading() {
        return !upload.isSent() && !upload.isEnding();
    }

    void stopUpload() {
        if (isUploading()) {
            upload.stop();
        }
    }

    @Nullable
    BackendConnection connection() {
        return connection;
    }

    /** The response has ended in the buffer: the connection goes back, if nothing speaks against that. */
    void responseRead(boolean reusable) {
        BackendConnection from = connection;
        connection = null;
        continueAt = 0;
        if (from != null) {
            if (reusable && isAllWritten()) {
                pool.checkIn(from, System.nanoTime());
            } else {
                upload.stop();
                from.detach();
                from.close();
            }
        }
    }

    /** The end of the last write may be known and its turn still to come. */
    private boolean isAllWritten() {
        Write last = writing;
        return last == null ? upload.isSent() : upload.isEnding() && last.succeeded;
    }

    /** The connection leaves HTTP. */
    void giveAway() {
        BackendConnection from = connection;
        connection = null;
        if (from != null) {
            from.detach();
        }
        tunnelled = true;
    }

    private void dropConnection() {
        BackendConnection from = connection;
        connection = null;
        if (from != null) {
            from.detach();
            from.close();
        }
    }

    // ---- ends ----

    /** The last byte has reached the client's connection. */
    void passed(int status) {
        finish(ForwardResult.done(status));
    }

    /** Ends, once the client's body is not asked for any more: a demand can't be taken back. */
    private void finish(ForwardResult result) {
        if (upload.isDemanding()) {
            outcome = result;
            draining = true;
            disarm();
            exchange.cutShort();
            exchange.request().fail(new EOFException("the answer is complete, the rest of the body is not needed"));
        } else {
            end(result);
        }
    }

    /** A demand has come back; whether that was all that the hop waited for. */
    boolean endsDrained() {
        ForwardResult result = outcome;
        if (draining && result != null) {
            end(result);
            return true;
        }
        return ended;
    }

    /** R1: a reused connection that failed before the backend said anything; it most likely was dead before. */
    private boolean isStale() {
        BackendConnection from = connection;
        return from != null && from.isReused() && relay.isSilent() && !retried && isHeld() && isRepeatable();
    }

    void backendFailed(IOException cause, int status) {
        if (ended || draining) {
            return;
        }
        if (status == 502 && isStale()) {
            dropConnection();
            retried = true;
            if (forwarder.tryRetry()) {
                begun = false;
                upload.rewind();
                disarm();
                connect();
            } else {
                end(JettyForwarder.failed(
                        502, "closed before the response, no retry left", ProxyError.CONNECTION_TERMINATED));
            }
            return;
        }
        dropConnection();
        boolean ours = forwarder.isClosed();
        int shown = ours && status == 502 ? 503 : status;
        ProxyError error = switch (shown) {
            case 504 -> upload.isSent() ? ProxyError.CONNECTION_READ_TIMEOUT : ProxyError.CONNECTION_WRITE_TIMEOUT;
            case 503 -> ProxyError.PROXY_INTERNAL_ERROR;
            default -> ProxyError.ofResponse(cause, relay.isSilent());
        };
        end(
                relay.isHeadPassed() && exchange.response().isCommitted()
                        ? new ForwardResult(Outcome.BROKEN, relay.status(), cause.toString(), error)
                        : JettyForwarder.failed(shown, cause.toString(), error));
    }

    /** R2: the request may go elsewhere while its body is at hand. */
    void refused(HopRefusal refusal) {
        String cause = "the node says that the request is not for it: " + refusal;
        boolean lost = upload.isTouched() && exchange.held() == null;
        finish(new ForwardResult(
                lost ? Outcome.FAILED : Outcome.REFUSED,
                lost ? 503 : HopRefusal.STATUS,
                cause,
                lost ? ProxyError.DESTINATION_UNAVAILABLE : null,
                refusal));
    }

    /** The client's body does not come, or not as it should. */
    void bodyFailed(Throwable cause) {
        if (cause instanceof TimeoutException) { // of its connection
            clientGone(REQUEST_TIMEOUT, "client: sent nothing of its body for too long");
        } else {
            clientGone(400, "client: " + cause);
        }
    }

    /** The client went away, or broke its own request. */
    void clientGone(int status, String cause) {
        if (ended || draining) {
            return;
        }
        dropConnection();
        end(
                relay.isHeadPassed()
                        ? new ForwardResult(Outcome.CLIENT_GONE, relay.status(), cause)
                        : new ForwardResult(Outcome.CLIENT_GONE, status, cause, ProxyError.HTTP_REQUEST_ERROR));
    }

    /** The forwarder ends. */
    void kill() {
        run(() -> backendFailed(new IOException("closed"), 502));
    }

    private void end(ForwardResult result) {
        if (ended) {
            return;
        }
        ended = true;
        if (upload.isDemanding()) {
            exchange.cutShort();
        }
        disarm();
        continueAt = 0;
        dropConnection();
        upload.release();
        relay.release();
        forwarder.ended(this, pool);
        terms.ended(result);
    }

    boolean isEnded() {
        return ended;
    }
}
