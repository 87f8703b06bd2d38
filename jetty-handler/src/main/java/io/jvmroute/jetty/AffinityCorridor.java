package io.jvmroute.jetty;

import io.jvmroute.AffinityConfig;
import io.jvmroute.JvmRoute;
import io.jvmroute.NonBlockingCorridor;
import io.jvmroute.RequestAffinity;
import io.jvmroute.affinity.Claim;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.forward.ForwardResult;
import io.jvmroute.forward.HopRefusal;
import io.jvmroute.forward.HopTicket;
import io.jvmroute.forward.ProxyError;
import io.jvmroute.forward.TrustedProxies;
import io.jvmroute.http.ClientEnd;
import io.jvmroute.http.ClientTls;
import io.jvmroute.policy.Arrival;
import io.jvmroute.policy.Decision;
import io.jvmroute.policy.Verdict;
import io.jvmroute.record.OwnedPin;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.jspecify.annotations.Nullable;

/** Takes each request of a Jetty through the corridor: parse, decide, serve here or forward, record. Never waits. */
final class AffinityCorridor implements NonBlockingCorridor.Driver<JettyExchange> {
    private final JvmRoute jvmRoute;
    private final JettyForwarder forwarder;
    private final NonBlockingCorridor<JettyExchange> onward;
    private final Server server;
    private final Executor executor;
    private final ServedSessions sessions;
    private final Clients clients;
    private final TrustedProxies trusted;
    private final @Nullable StatusService status;
    private final String route;
    private final boolean givesBack;
    private final boolean isFrontend;
    private volatile @Nullable Handler next;

    AffinityCorridor(JvmRoute jvmRoute, JettyForwarder forwarder, Server server) {
        AffinityConfig config = jvmRoute.config();
        this.jvmRoute = jvmRoute;
        this.forwarder = forwarder;
        this.server = server;
        executor = server.getThreadPool();
        clients = new Clients(server, jvmRoute.recorder()::inService, forwarder::inFlight);
        onward = jvmRoute.corridor(this, executor);
        route = config.route() == null ? "" : config.route();
        givesBack = jvmRoute.givesBack();
        isFrontend = config.mode() == AffinityConfig.Mode.FRONTEND;
        sessions = new ServedSessions(jvmRoute, route, executor);
        trusted = TrustedProxies.of(config.trustedProxies());
        status = StatusService.of(jvmRoute.status());
        jvmRoute.use(sessions, clients);
    }

    JvmRoute jvmRoute() {
        return jvmRoute;
    }

    JettyForwarder forwarder() {
        return forwarder;
    }

    ServedSessions sessions() {
        return sessions;
    }

    String route() {
        return route;
    }

    /** Serves here by this handler; null: by none. */
    void use(@Nullable Handler handler) {
        next = handler;
    }

    void close() {
        jvmRoute.close();
    }

    // ---- requests ----

    boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (clients.isRefusing() && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1) {
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        }
        if (request.getHeaders().get(HopTicket.HEADER) != null) {
            return arrived(request, response, callback);
        }
        if (status != null && status.isFor(request)) {
            status.serve(request, response, callback);
            return true;
        }
        JettyExchange exchange =
                trusted.isEmpty() ? exchange(request, response, callback, null) : believed(request, response, callback);
        String sessionId = jvmRoute.router().findSessionId(exchange);
        if (!jvmRoute.router().isBySessionAlone()) {
            return handleBySources(exchange, sessionId);
        }
        Decision decision = jvmRoute.router().decide(sessionId, Arrival.CLIENT);
        if (sessionId != null && decision.verdict().isWithoutHome()) {
            String other = jvmRoute.router().findOtherSessionId(exchange, sessionId);
            decision = other == null ? decision : jvmRoute.router().decide(other, Arrival.CLIENT);
            sessionId = other == null ? sessionId : other;
        }
        if (decision instanceof Decision.ServeLocally) {
            return serveHere(exchange.request(), response, callback, sessionId, decision, /* ticket= */ null);
        }
        carryOn(exchange, sessionId, Claim.ofSession(sessionId), decision);
        return true;
    }

    /** The same where other sources than the session id are asked too, or instead. */
    private boolean handleBySources(JettyExchange exchange, @Nullable String sessionId) throws Exception {
        RequestAffinity affinity = jvmRoute.router().find(exchange);
        exchange.tell(affinity);
        Decision decision = jvmRoute.router().decideFor(affinity.claim(), Arrival.CLIENT);
        if (decision instanceof Decision.ServeLocally) {
            exchange.answeredBy(route);
            return serveHere(
                    exchange.request(),
                    exchange.response(),
                    exchange.callback(),
                    sessionId,
                    decision,
                    /* ticket= */ null);
        }
        carryOn(exchange, sessionId, affinity.claim(), decision);
        return true;
    }

    private void carryOn(JettyExchange exchange, @Nullable String sessionId, Claim claim, Decision decision) {
        exchange.askFor(sessionId);
        onward.carry(exchange, claim, decision);
    }

    @Override
    public void forward(JettyExchange exchange, Node backend, NonBlockingCorridor.Terms terms) {
        forwarder.forward(exchange, backend, terms);
    }

    private JettyExchange exchange(Request request, Response response, Callback callback, @Nullable String proxy) {
        return isFrontend
                ? new FrontendExchange(request, response, callback, proxy)
                : new JettyExchange(request, response, callback, proxy);
    }

    /** Takes a trusted proxy's word for the client's end, here as at the owner. */
    private JettyExchange believed(Request request, Response response, Callback callback) {
        String proxy = ClientRequest.remoteAddress(request);
        if (!trusted.trusts(proxy)) {
            return exchange(request, response, callback, null);
        }
        JettyExchange direct = exchange(request, response, callback, proxy);
        ClientEnd client = trusted.resolve(direct.client(), direct);
        return exchange(new ClientRequest(request, client, null), response, callback, proxy);
    }

    /** A request that another node has forwarded, or somebody who says so. */
    private boolean arrived(Request request, Response response, Callback callback) throws Exception {
        JettyExchange exchange = new JettyExchange(request, response, callback, null);
        HopTicket ticket =
                exchange.repeats(HopTicket.HEADER) ? null : jvmRoute.verify(exchange); // our own nodes send one
        Arrival arrival = jvmRoute.arrival(ticket);
        String sessionId = jvmRoute.router().findSessionId(exchange);
        HopRefusal refusal = ticket == null ? null : jvmRoute.findRefusal(ticket, sessionId);
        if (refusal != null) {
            refuse(exchange, refusal, String.valueOf(exchange.header(HopTicket.HEADER)));
            return true;
        }
        Decision decision = jvmRoute.router().decide(sessionId, arrival);
        if (decision instanceof Decision.ServeLocally && ticket != null) {
            String tls = ticket.tlsDigest().isEmpty() ? null : exchange.header(ClientTls.HEADER);
            Request restored = new ClientRequest(request, ticket.client(), tls);
            return serveHere(restored, response, callback, sessionId, decision, exchange.header(HopTicket.HEADER));
        }
        if (decision instanceof Decision.Reject reject) {
            jvmRoute.recorder().decided(reject.verdict());
            reject(exchange, reject, /* tried= */ null);
            return true;
        }
        throw new AssertionError(decision);
    }

    /** Between nodes only: the frontend that sent the ticket takes the request elsewhere. */
    private void refuse(JettyExchange exchange, HopRefusal refusal, String ticket) {
        RequestNotes.note(exchange.request(), Decision.Reject.NOT_MINE, route, refusal.route(), 1);
        Response response = exchange.response();
        response.reset();
        response.setStatus(HopRefusal.STATUS);
        response.getHeaders().put(HopTicket.HEADER, jvmRoute.refuse(refusal, ticket));
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
        exchange.callback().succeeded();
    }

    // ---- serving here ----

    /** {@code ticket} is the value of the hop's header; null: the client came here. */
    private boolean serveHere(
            Request request,
            Response response,
            Callback callback,
            @Nullable String sessionId,
            Decision decision,
            @Nullable String ticket)
            throws Exception {
        if (sessionId != null && (givesBack || jvmRoute.state() != NodeState.READY)) {
            OwnedPin pin = sessions.find(sessionId);
            if (pin != null && pin.tryEnter()) {
                Request.addCompletionListener(request, failure -> pin.leave());
            } else if (pin != null && passOn(request, response, callback, pin, sessionId, decision, ticket)) {
                return true;
            }
        }
        if (ticket == null) {
            jvmRoute.recorder().decided(decision.verdict());
        }
        RequestNotes.note(request, decision, route, route, ticket == null ? 0 : 1);
        if (sessionId != null) {
            sessions.serving(request, sessionId);
        }
        Handler handler = next;
        jvmRoute.recorder().serving();
        try {
            return handler != null && handler.handle(request, response, callback);
        } finally {
            jvmRoute.recorder().served();
        }
    }

    /**
     * Takes a request whose session has just departed to where that goes.
     *
     * @return false if the session has come back meanwhile, nobody else takes it, or nobody has it any more, as its last owner said
     */
    private boolean passOn(
            Request request,
            Response response,
            Callback callback,
            OwnedPin departing,
            String sessionId,
            Decision decision,
            @Nullable String ticket) {
        boolean gone = departing.isLost();
        if (gone && decision.verdict() == Verdict.NONE) {
            return false;
        }
        Decision again = gone ? jvmRoute.router().decide(sessionId, Arrival.CLIENT) : new Decision.Repin(route);
        if (again instanceof Decision.ServeLocally || decision.verdict() == Verdict.REPINNED) {
            return false;
        }
        JettyExchange exchange = new JettyExchange(request, response, callback, null);
        if (ticket != null) {
            refuse(exchange, HopRefusal.DEPARTING, ticket);
        } else {
            carryOn(exchange, sessionId, Claim.ofSession(sessionId), again);
        }
        return true;
    }

    // ---- after the corridor ----

    @Override
    public void carried(JettyExchange exchange, Decision last, @Nullable ForwardResult forwarded) {
        if (last instanceof Decision.ServeLocally) {
            servePassedOver(exchange, last);
        } else if (last instanceof Decision.Reject reject) {
            exchange.release();
            reject(exchange, reject, forwarded);
        } else if (last instanceof Decision.Forward forward && forwarded != null) {
            exchange.release();
            if (mayBeLookedAt()) {
                RequestNotes.note(
                        exchange.request(), forward, route, forward.backend().route(), 1);
            }
            finish(exchange, forwarded);
        } else {
            throw new AssertionError(last);
        }
    }

    /** Whether anybody sees a request again after its hop: what the first attribute costs would be for nothing. */
    private boolean mayBeLookedAt() {
        return server.getRequestLog() != null || !(server.getHandler() instanceof AffinityHandler);
    }

    /** The session moved here while the request was under way: on whichever thread, so that a handler that may block gets another. */
    private void servePassedOver(JettyExchange exchange, Decision decision) {
        exchange.answeredBy(route);
        Callback callback = exchange.callback();
        Request request = exchange.held() == null ? exchange.request() : new ReplayedRequest(exchange);
        Handler handler = next;
        boolean mayBlock = handler != null && handler.getInvocationType() == InvocationType.BLOCKING;
        Runnable service = () -> {
            try {
                if (!serveHere(
                        request, exchange.response(), callback, exchange.askedFor(), decision, /* ticket= */ null)) {
                    Response.writeError(request, exchange.response(), callback, 404);
                }
            } catch (Throwable e) { // what Jetty does around a handler that it calls itself
                Response.writeError(request, exchange.response(), callback, e);
            }
        };
        try {
            if (mayBlock) {
                executor.execute(service);
            } else {
                service.run();
            }
        } catch (RejectedExecutionException e) {
            Response.writeError(request, exchange.response(), callback, 503, "the server stops", e);
        }
    }

    private void reject(JettyExchange exchange, Decision.Reject reject, @Nullable ForwardResult tried) {
        exchange.answeredByNobody();
        ProxyError error = tried == null ? null : tried.error();
        if (error == null) {
            error = reject.status() == 503 ? ProxyError.DESTINATION_UNAVAILABLE : ProxyError.HTTP_REQUEST_ERROR;
        }
        RequestNotes.note(exchange.request(), reject, route, "", 0);
        RequestNotes.noteCause(exchange.request(), error, tried == null ? reject.reason() : tried.cause());
        ErrorAnswer.send(exchange, reject.status(), reject.reason(), error);
    }

    private static void finish(JettyExchange exchange, ForwardResult result) {
        if (result.outcome() == ForwardResult.Outcome.DONE) {
            ResumingConnection.offer(exchange);
            exchange.callback().succeeded();
            return;
        }
        ProxyError error = result.error() == null ? ProxyError.HTTP_RESPONSE_INCOMPLETE : result.error();
        RequestNotes.noteCause(exchange.request(), error, result.cause());
        boolean answerable = result.status() >= 400
                && result.status() != Hop.CLIENT_CLOSED
                && result.outcome() != ForwardResult.Outcome.BROKEN
                && !exchange.response().isCommitted();
        if (answerable) {
            exchange.answeredByNobody();
            ErrorAnswer.send(exchange, result.status(), error.reason(result.status()), error);
        } else {
            breakResponse(exchange, result);
        }
    }

    /** Makes the truncation of a response visible: no last chunk, a stream that is reset, a connection that is. */
    private static void breakResponse(JettyExchange exchange, ForwardResult result) {
        Request request = exchange.request();
        boolean endsWithConnection =
                exchange.isHttp10() && !exchange.response().getHeaders().contains(HttpHeader.CONTENT_LENGTH);
        Object transport =
                request.getConnectionMetaData().getConnection().getEndPoint().getTransport();
        if (endsWithConnection && transport instanceof SocketChannel channel) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                JettyForwarder.LOGGER.log(System.Logger.Level.DEBUG, "the connection is gone already", e);
            }
        }
        exchange.callback().failed(new BrokenOffException(result.cause()));
    }

    /** Nothing that a log should shout about: the cause stands in the request's attributes. */
    private static final class BrokenOffException extends IOException implements org.eclipse.jetty.io.QuietException {
        private static final long serialVersionUID = 1;

        BrokenOffException(String cause) {
            super("the response was broken off: " + cause);
        }
    }
}
