package io.jvmroute.forward;

import io.jvmroute.http1.HttpSyntaxException;
import io.jvmroute.http1.UpgradeRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One request on its way to a backend and back: on one connection, or once more on a fresh one. */
final class Hop implements Upload.Clock {
    /** In logs alone: nobody is there to be told. */
    private static final int CLIENT_CLOSED = 499;

    private final BlockingExchange exchange;
    private final ClientLeg client;
    private final @Nullable String ticket;
    private final ForwardSettings settings;
    private final LongSupplier nanoTime;
    private final String method;
    private long length;
    private boolean measured;
    private final @Nullable UpgradeRequest upgrade;
    private final Tunnels tunnels;
    private boolean tunnelled;
    private HopWatch watch = HopWatch.NONE;
    private boolean encoded;
    private boolean streamed;
    private boolean begun; // something may have been written
    private long headDeadline;

    Hop(
            BlockingExchange exchange,
            @Nullable String ticket,
            ForwardSettings settings,
            LongSupplier nanoTime,
            Tunnels tunnels) {
        this.exchange = exchange;
        this.tunnels = tunnels;
        this.ticket = ticket;
        this.settings = settings;
        this.nanoTime = nanoTime;
        client = new ClientLeg(exchange);
        method = exchange.head().method();
        upgrade = exchange.upgradeRequest();
    }

    /** Whether the client asks for a tunnel. */
    boolean asksForTunnel() {
        return upgrade != null;
    }

    /** Whether it got one. */
    boolean hasTunnel() {
        return tunnelled;
    }

    /** Asks {@code asked} whether a 421 is a refusal, and has a tunnel do so whether its session has moved. */
    void watch(HopWatch asked) {
        watch = asked;
    }

    /** Whether the request may be sent twice (RFC 9110 §9.2.2), and we can. */
    boolean isRepeatable() {
        return isIdempotent() && length() >= 0 && length() <= BufferPool.MAX_BUFFERED_BODY && !expects();
    }

    /** Asked as late as can be: where only the first bytes of a body tell that there is one, they are read. */
    private long length() {
        if (!measured) {
            length = exchange.requestLength();
            measured = true;
        }
        return length;
    }

    private boolean expects() {
        return length() != 0 && exchange.expectsContinue();
    }

    private boolean isIdempotent() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    /** Whether a byte of the request may have reached a backend. */
    boolean isBegun() {
        return begun;
    }

    /**
     * Whether the request may go to another node: none of it was sent, or there is no body that was. What was read of the client's is at hand again then.
     *
     * @param connection holds the request
     */
    boolean mayGoElsewhere(BackendConnection connection) {
        if (!begun) {
            replayBody(connection.out);
        }
        return !begun || length() == 0;
    }

    /**
     * Sends the request and passes the response on.
     *
     * @return how that ended, or null if the connection was dead already: then it is still open on this side, and holds the
     *     request for another one
     */
    @Nullable
    ForwardResult run(BackendConnection connection, BackendPool pool) {
        ResponseRelay relay = new ResponseRelay(exchange, client, connection, method.equals("HEAD"), upgrade);
        relay.watch(watch);
        ForwardResult result = null;
        boolean stale = false;
        boolean reusable = false;
        try {
            boolean sent = send(connection, relay);
            connection.watch(exchange);
            receive(connection, relay);
            String protocol = relay.protocol();
            if (protocol != null) {
                openTunnel(protocol, connection, relay);
            }
            reusable = protocol == null && sent && relay.leavesReusable() && connection.disarm();
            HopRefusal refusal = relay.refusal();
            result = refusal == null ? ForwardResult.done(relay.status()) : refused(refusal, connection.out);
        } catch (ClientGoneException e) {
            result = clientGone(e, relay);
        } catch (IOException e) {
            stale = isStale(connection, relay);
            result = stale ? null : failed(e, connection, relay);
        } finally {
            connection.watch(null);
            if (reusable) {
                pool.checkIn(connection, nanoTime.getAsLong());
            } else if (!stale) {
                connection.close();
            }
        }
        return result;
    }

    // ---- request ----

    /** Whether the backend took the whole request. */
    private boolean send(BackendConnection connection, ResponseRelay relay) throws IOException, ClientGoneException {
        if (!encoded) {
            encode(connection);
            encoded = true;
            boolean fits = !expects()
                    && length() >= 0
                    && length() <= Math.min(BufferPool.MAX_BUFFERED_BODY, connection.out.remaining());
            streamed = !fits;
            if (fits && length() > 0) {
                bufferBody(connection.out);
                if (!connection.isSound(/* looksForEnd= */ true)) { // the client may have taken its time
                    connection.out.flip();
                    throw new IOException("closed while the request body came");
                }
            }
        }
        begun = true;
        if (streamed) {
            boolean sent = new Upload(client, connection, relay, length(), this).run(expects());
            headDeadline = headDeadline();
            return sent;
        }
        headDeadline = headDeadline();
        connection.arm(headDeadline);
        try {
            connection.send();
            return true;
        } catch (IOException e) {
            if (!connection.isOpen()) {
                throw e;
            }
            return false; // its reason may have been sent before: the answer is read next
        }
    }

    private void encode(BackendConnection connection) throws ClientGoneException {
        connection.out.clear();
        connection.encoder.begin(connection.out, method, exchange.head().target());
        ForwardHeaders fields = connection.headers;
        fields.begin(ticket, exchange.trustedProxy());
        exchange.requestFields(fields);
        fields.end(exchange.client(), ticket == null ? null : exchange.clientTls(), upgrade);
        if (expects()) {
            connection.encoder.own("Expect", "100-continue"); // the backend decides whether the client sends its body
        }
        try {
            connection.encoder.end(length());
        } catch (HttpSyntaxException e) {
            throw new ClientGoneException(e.isTooLarge() ? 431 : 400, "request: " + e.getMessage(), e);
        }
    }

    private void bufferBody(ByteBuffer out) throws ClientGoneException {
        for (long left = length(); left > 0; ) {
            ByteBuffer part = client.read();
            if (part == null || part.remaining() > left) {
                throw new ClientGoneException("the request body is not as long as it said");
            }
            left -= part.remaining();
            out.put(part);
        }
    }

    private long headDeadline() {
        return nanoTime.getAsLong() + settings.responseTimeout().toNanos();
    }

    @Override
    public long now() {
        return nanoTime.getAsLong();
    }

    @Override
    public long idleDeadline() {
        return nanoTime.getAsLong() + settings.idleTimeout().toNanos();
    }

    // ---- response ----

    private void receive(BackendConnection connection, ResponseRelay relay) throws IOException, ClientGoneException {
        while (!relay.isDone()) {
            if (relay.isHeadPassed() && !connection.hasMore()) {
                client.flush();
            }
            // The time for the head runs on over interim responses. The client's side may hold us up: no watch over
            // that.
            connection.arm(relay.isHeadPassed() ? idleDeadline() : headDeadline);
            int read = connection.fill();
            if (!connection.disarm()) {
                throw new IOException("timed out");
            }
            if (read < 0) {
                relay.endOfInput();
            } else {
                relay.advance();
            }
        }
    }

    private void openTunnel(String protocol, BackendConnection connection, ResponseRelay relay)
            throws IOException, ClientGoneException {
        ByteBuffer early = ByteBuffer.allocate(connection.in.remaining());
        early.put(connection.in).flip();
        Tunnel tunnel = tunnels.add(connection.detach(), new Tunnel.Start(connection.pool(), early, protocol, watch));
        tunnelled = true;
        boolean started = false;
        try {
            relay.passSwitch(protocol);
            client.startTunnel(protocol, tunnel);
            started = true;
        } finally {
            if (!started) {
                tunnel.close();
            }
        }
    }

    // ---- ends ----

    /** R0 or R1: nothing was sent, or a reused connection failed before the backend said anything; it most likely was dead before. */
    private boolean isStale(BackendConnection connection, ResponseRelay relay) {
        boolean mayRepeat = !begun || (connection.isReused() && relay.isSilent() && !streamed && isRepeatable());
        return mayRepeat && connection.isOpen();
    }

    private ForwardResult failed(IOException cause, BackendConnection connection, ResponseRelay relay) {
        if (connection.isClientGone()) {
            return clientGone(new ClientGoneException(CLIENT_CLOSED, "client: closed its connection", cause), relay);
        }
        boolean expired = connection.isExpired();
        if (relay.isHeadPassed() && exchange.isResponseStarted()) {
            exchange.breakResponse();
            return new ForwardResult(
                    ForwardResult.Outcome.BROKEN,
                    relay.status(),
                    cause.toString(),
                    error(cause, relay, expired ? 504 : 502));
        }
        boolean ours = !connection.isOpen() && !expired; // an interrupt, or the end of the forwarder
        int status = expired ? 504 : ours ? 503 : 502;
        return new ForwardResult(ForwardResult.Outcome.FAILED, status, cause.toString(), error(cause, relay, status));
    }

    private ProxyError error(IOException cause, ResponseRelay relay, int status) {
        return switch (status) {
            case 504 -> headDeadline == 0 ? ProxyError.CONNECTION_WRITE_TIMEOUT : ProxyError.CONNECTION_READ_TIMEOUT;
            case 503 -> ProxyError.PROXY_INTERNAL_ERROR;
            default -> ProxyError.ofResponse(cause, relay.isSilent());
        };
    }

    /** R2: the request may go elsewhere while its body is at hand. */
    private ForwardResult refused(HopRefusal refusal, ByteBuffer request) {
        String cause = "the node says that the request is not for it: " + refusal;
        if (streamed && client.isBodyTouched()) {
            return new ForwardResult(
                    ForwardResult.Outcome.FAILED, 503, cause, ProxyError.DESTINATION_UNAVAILABLE, refusal);
        }
        if (!streamed && length() > 0) {
            replayBody(request);
        }
        return new ForwardResult(ForwardResult.Outcome.REFUSED, HopRefusal.STATUS, cause, null, refusal);
    }

    private void replayBody(ByteBuffer request) {
        byte[] body = new byte[(int) length()];
        request.get(request.limit() - body.length, body);
        exchange.replayRequestBody(body);
    }

    private ForwardResult clientGone(ClientGoneException cause, ResponseRelay relay) {
        String message = String.valueOf(cause.getMessage());
        if (relay.isHeadPassed()) {
            exchange.breakResponse();
            return new ForwardResult(ForwardResult.Outcome.CLIENT_GONE, relay.status(), message);
        }
        return new ForwardResult(
                ForwardResult.Outcome.CLIENT_GONE, cause.status(), message, ProxyError.HTTP_REQUEST_ERROR);
    }
}
