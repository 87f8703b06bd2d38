package io.jvmroute.servlet;

import io.jvmroute.BlockingCorridor;
import io.jvmroute.JvmRoute;
import io.jvmroute.RequestAffinity;
import io.jvmroute.affinity.Claim;
import io.jvmroute.forward.ForwardResult;
import io.jvmroute.forward.HopRefusal;
import io.jvmroute.forward.HopTicket;
import io.jvmroute.forward.ProxyError;
import io.jvmroute.forward.TrustedProxies;
import io.jvmroute.http.ClientTls;
import io.jvmroute.http.Hosts;
import io.jvmroute.policy.Arrival;
import io.jvmroute.policy.Decision;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Takes each request of an application through the corridor: parse, decide, serve here or forward, record. Thread-safe. */
final class FilterCorridor {
    /** The client went away: nobody is there to be told. */
    private static final int CLIENT_CLOSED = 499;

    private final JvmRoute jvmRoute;
    private final SessionWatch sessions;
    private final Readiness readiness;
    private final TrustedProxies trusted;
    private final @Nullable StatusService status;
    private final String route;

    FilterCorridor(JvmRoute jvmRoute, SessionWatch sessions, Readiness readiness) {
        this.jvmRoute = jvmRoute;
        this.sessions = sessions;
        this.readiness = readiness;
        trusted = TrustedProxies.of(jvmRoute.config().trustedProxies());
        status = StatusService.of(jvmRoute.status());
        route = String.valueOf(jvmRoute.config().route());
    }

    void handle(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (readiness.asks(request)) {
            response.setStatus(Readiness.STATUS);
            return;
        }
        if (request.getHeader(HopTicket.HEADER) != null) {
            arrived(request, response, chain);
            return;
        }
        if (status != null && status.isFor(request)) {
            status.serve(request, response);
            return;
        }
        String proxy = trusted.isEmpty() ? null : Hosts.unbracketed(request.getRemoteAddr());
        boolean believed = proxy != null && trusted.trusts(proxy);
        HttpServletRequest seen = believed ? believed(request, response) : request;
        Way way = new Way(seen, response, chain, believed ? proxy : null);
        if (jvmRoute.router().isBySessionAlone()) {
            handleBySession(way);
        } else {
            handleBySources(way);
        }
    }

    private void handleBySession(Way way) throws IOException, ServletException {
        String sessionId = way.request().getRequestedSessionId();
        Decision decision = jvmRoute.router().decide(sessionId, Arrival.CLIENT);
        if (sessionId != null && decision.verdict().isWithoutHome() && namesSessionsAsUsual(way.request())) {
            String other = jvmRoute.router().findOtherSessionId(way.exchange(), sessionId);
            decision = other == null ? decision : jvmRoute.router().decide(other, Arrival.CLIENT);
            sessionId = other == null ? sessionId : other;
        }
        if (decision instanceof Decision.ServeLocally) {
            serveHere(way, sessionId, decision, /* hops= */ 0);
        } else {
            carryOn(way.exchange(), way, Claim.ofSession(sessionId), null, decision);
        }
    }

    /** Whether other cookies of the name that we know may be of this application. */
    private boolean namesSessionsAsUsual(HttpServletRequest request) {
        String name = request.getServletContext().getSessionCookieConfig().getName();
        return name == null || name.equals(jvmRoute.config().affinity().sessionCookie());
    }

    /** The same where other sources than the session id are asked too, or instead. */
    private void handleBySources(Way way) throws IOException, ServletException {
        ServletExchange exchange = way.exchange();
        RequestAffinity affinity = jvmRoute.router().find(exchange);
        exchange.tell(affinity);
        Decision decision = jvmRoute.router().decideFor(affinity.claim(), Arrival.CLIENT);
        if (decision instanceof Decision.ServeLocally) {
            serveHere(way, affinity, decision);
        } else {
            carryOn(exchange, way, affinity.claim(), affinity, decision);
        }
    }

    private void serveHere(Way way, RequestAffinity affinity, Decision decision) throws IOException, ServletException {
        affinity.answeredBy(route);
        String sessionId = way.request().getRequestedSessionId();
        if (!affinity.concernsResponse()) {
            serveHere(way, sessionId, decision, /* hops= */ 0);
            return;
        }
        boolean https = way.request().getScheme().equals("https");
        AffinityResponse telling = new AffinityResponse(way.response(), affinity, https);
        AffinityRequest asked = new AffinityRequest(way.request(), telling);
        serveHere(new Way(asked, telling, way.chain(), way.proxy()), sessionId, decision, /* hops= */ 0);
        if (!asked.isAsyncStarted()) {
            telling.completeHead();
        }
    }

    /**
     * What a request is on.
     *
     * @param proxy the trusted proxy that sent it, else null
     */
    private record Way(
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain,
            @Nullable String proxy) {
        ServletExchange exchange() {
            return new ServletExchange(request, response, proxy);
        }
    }

    /** Takes a trusted proxy's word for the client's end, here as at the owner. */
    private HttpServletRequest believed(HttpServletRequest request, HttpServletResponse response) {
        ServletExchange direct = new ServletExchange(request, response, null);
        return new ClientRequest(request, response, trusted.resolve(direct.client(), direct), null);
    }

    /** A request that another node has forwarded, or somebody who says so. */
    private void arrived(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        ServletExchange exchange = new ServletExchange(request, response, null);
        HopTicket ticket =
                exchange.repeats(HopTicket.HEADER) ? null : jvmRoute.verify(exchange); // our own nodes send one
        Arrival arrival = jvmRoute.arrival(ticket);
        String sessionId = jvmRoute.router().findSessionId(exchange);
        HopRefusal refusal = ticket == null ? null : jvmRoute.findRefusal(ticket, sessionId);
        if (refusal != null) {
            refuse(request, response, refusal);
            return;
        }
        Decision decision = jvmRoute.router().decide(sessionId, arrival);
        if (decision instanceof Decision.ServeLocally && ticket != null) {
            String tls = ticket.tlsDigest().isEmpty() ? null : request.getHeader(ClientTls.HEADER);
            ClientRequest restored = new ClientRequest(request, response, ticket.client(), tls);
            Way way = new Way(restored, new ClientResponse(response, restored), chain, null);
            serveHere(way, sessionId, decision, /* hops= */ 1);
        } else if (decision instanceof Decision.Reject reject) {
            jvmRoute.recorder().decided(reject.verdict());
            reject(request, response, reject, /* tried= */ null);
        } else {
            throw new AssertionError(decision);
        }
    }

    /** Between nodes only: the frontend that sent the ticket takes the request elsewhere. */
    private void refuse(HttpServletRequest request, HttpServletResponse response, HopRefusal refusal)
            throws IOException {
        RequestLog.note(request, Decision.Reject.NOT_MINE, route, refusal.route(), 1);
        response.reset();
        response.setStatus(HopRefusal.STATUS);
        response.setHeader(HopTicket.HEADER, jvmRoute.refuse(refusal, request.getHeader(HopTicket.HEADER)));
        response.setContentLength(0);
        response.flushBuffer();
    }

    private void serveHere(Way way, @Nullable String sessionId, Decision decision, int hops)
            throws IOException, ServletException {
        if (hops == 0) {
            jvmRoute.recorder().decided(decision.verdict());
        }
        RequestLog.note(way.request(), decision, route, route, hops);
        jvmRoute.recorder().serving();
        try {
            way.chain().doFilter(way.request(), way.response());
        } finally {
            jvmRoute.recorder().served();
            sessions.served(way.request(), way.response(), sessionId);
        }
    }

    private void carryOn(
            ServletExchange exchange, Way way, Claim claim, @Nullable RequestAffinity affinity, Decision decision)
            throws IOException, ServletException {
        BlockingCorridor.Result result = jvmRoute.corridor().carry(exchange, claim, decision);
        Decision last = result.decision();
        if (last instanceof Decision.ServeLocally && exchange.isBodyRead()) {
            last = Decision.Reject.NOT_MINE; // the application would miss its body; it can be sent again
            jvmRoute.recorder().decided(last.verdict());
        }
        if (last instanceof Decision.ServeLocally && affinity != null) {
            serveHere(way, affinity, last);
        } else if (last instanceof Decision.ServeLocally) {
            serveHere(way, claim.sessionId(), last, /* hops= */ 0);
        } else if (last instanceof Decision.Reject reject) {
            reject(way.request(), way.response(), reject, result.forwarded());
        } else if (last instanceof Decision.Forward forward && result.forwarded() != null) {
            RequestLog.note(way.request(), forward, route, forward.backend().route(), 1);
            finish(way.request(), way.response(), result.forwarded());
        } else {
            throw new AssertionError(last);
        }
    }

    private void reject(
            HttpServletRequest request,
            HttpServletResponse response,
            Decision.Reject reject,
            @Nullable ForwardResult tried)
            throws IOException {
        ProxyError error = tried == null ? null : tried.error();
        if (error == null) {
            error = reject.status() == 503 ? ProxyError.DESTINATION_UNAVAILABLE : ProxyError.HTTP_REQUEST_ERROR;
        }
        RequestLog.note(request, reject, route, "", 0);
        RequestLog.noteCause(request, error, tried == null ? reject.reason() : tried.cause());
        ErrorResponse.send(response, reject.status(), reject.reason(), error);
    }

    private static void finish(HttpServletRequest request, HttpServletResponse response, ForwardResult result)
            throws IOException {
        if (result.outcome() == ForwardResult.Outcome.DONE) {
            return;
        }
        ProxyError error = result.error() == null ? ProxyError.HTTP_RESPONSE_INCOMPLETE : result.error();
        RequestLog.noteCause(request, error, result.cause());
        boolean gone = result.outcome() == ForwardResult.Outcome.CLIENT_GONE && result.status() == CLIENT_CLOSED;
        if (response.isCommitted()) {
            throw new IOException("the response was broken off: " + result.cause()); // no last chunk
        }
        if (!gone && result.status() >= 400) {
            ErrorResponse.send(response, result.status(), error);
        } else if (!gone) {
            ErrorResponse.send(response, 502, error);
        }
    }
}
