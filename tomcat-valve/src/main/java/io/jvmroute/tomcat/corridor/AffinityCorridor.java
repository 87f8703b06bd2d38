package io.jvmroute.tomcat.corridor;

import io.jvmroute.AffinityConfig;
import io.jvmroute.AffinityConfigBuilder;
import io.jvmroute.BlockingCorridor;
import io.jvmroute.ConfigurationException;
import io.jvmroute.JvmRoute;
import io.jvmroute.JvmRouteException;
import io.jvmroute.RequestAffinity;
import io.jvmroute.affinity.Claim;
import io.jvmroute.affinity.RoutedSessionId;
import io.jvmroute.forward.ForwardResult;
import io.jvmroute.forward.HopRefusal;
import io.jvmroute.forward.HopTicket;
import io.jvmroute.forward.ProxyError;
import io.jvmroute.forward.TrustedProxies;
import io.jvmroute.policy.Arrival;
import io.jvmroute.policy.Decision;
import io.jvmroute.policy.Verdict;
import io.jvmroute.record.OwnedPin;
import io.jvmroute.tomcat.TomcatCorridor;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.apache.catalina.Container;
import org.apache.catalina.Engine;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Valve;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.util.SessionConfig;
import org.jspecify.annotations.Nullable;

/** Takes each request of a Tomcat through the corridor: parse, decide, serve here or forward, record. */
public final class AffinityCorridor implements TomcatCorridor {
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(10);

    /** The client went away: for access logs, nobody is there to be told. */
    private static final int CLIENT_CLOSED = 499;

    private static final String EVENT_STREAM = "text/event-stream";

    private final JvmRoute jvmRoute;
    private final Connectors connectors;
    private final ServedSessions sessions;
    private final Clients clients;
    private final TrustedProxies trusted;
    private final @Nullable StatusService status;
    private final boolean peer;
    private final String route;

    /**
     * A corridor, not started.
     *
     * @param options the attributes of the valve
     * @param container the Engine or Host that the valve belongs to
     * @throws LifecycleException if an option is wrong; the message lists all faults
     */
    public AffinityCorridor(Map<String, String> options, Container container) throws LifecycleException {
        AffinityConfigBuilder builder = AffinityConfig.builder().containerRoute(jvmRouteOf(container));
        options.forEach(builder::set);
        AffinityConfig config;
        try {
            config = builder.build();
        } catch (ConfigurationException e) {
            throw new LifecycleException("AffinityValve: " + e.getMessage(), e);
        }
        connectors = new Connectors(container, config.bindAddress());
        jvmRoute = new JvmRoute(config, connectors.maxThreads());
        peer = config.mode() == AffinityConfig.Mode.PEER;
        route = config.route() == null ? "" : config.route();
        sessions = new ServedSessions(jvmRoute, route, container);
        clients = new Clients(connectors, jvmRoute.recorder()::inService);
        jvmRoute.use(sessions, clients);
        trusted = TrustedProxies.of(config.trustedProxies());
        status = StatusService.of(jvmRoute.status());
    }

    private static @Nullable String jvmRouteOf(Container container) {
        for (Container at = container; at != null; at = at.getParent()) {
            if (at instanceof Engine engine) {
                return engine.getJvmRoute();
            }
        }
        return null;
    }

    // ---- life ----

    @Override
    public void start() {
        jvmRoute.start();
    }

    @Override
    public void awaitJoined() throws LifecycleException {
        try {
            jvmRoute.awaitJoined(JOIN_LIMIT);
        } catch (JvmRouteException e) {
            throw new LifecycleException("AffinityValve: " + e.getMessage(), e);
        }
    }

    @Override
    public void ready() throws LifecycleException {
        URI given = jvmRoute.config().url();
        URI url = given != null || !peer ? given : connectors.url();
        if (peer && url == null) {
            throw new LifecycleException(
                    "AffinityValve: url: missing (expected: http://host:port, since no plain HTTP connector is bound)");
        }
        jvmRoute.ready(url);
    }

    @Override
    public void drain() {
        jvmRoute.awaitDrained();
    }

    @Override
    public void stop() {
        jvmRoute.close();
    }

    /** The state of the node, for JMX. */
    @Override
    public String toString() {
        return jvmRoute.state().name();
    }

    // ---- requests ----

    @Override
    public void invoke(Request request, Response response, Valve next) throws IOException, ServletException {
        if (response.isError() || request.isAsync()) {
            next.invoke(
                    request, response); // refused by Tomcat already, or on its way back from an asynchronous servlet
            return;
        }
        String hop = request.getCoyoteRequest().getMimeHeaders().getHeader(HopTicket.HEADER);
        if (hop != null) {
            arrived(request, response, next);
            return;
        }
        if (status != null && status.isFor(request)) {
            status.serve(request, response);
            return;
        }
        if (!trusted.isEmpty()) {
            believe(request, response);
        }
        if (!jvmRoute.router().isBySessionAlone()) {
            invokeBySources(request, response, next);
            return;
        }
        String sessionId = request.getRequestedSessionId();
        if (sessionId == null && request.getContext() == null) {
            sessionId = jvmRoute.router().findSessionId(new TomcatExchange(request, response));
        }
        Decision decision = jvmRoute.router().decide(sessionId, Arrival.CLIENT);
        if (sessionId != null && decision.verdict().isWithoutHome() && namesSessionsAsUsual(request)) {
            TomcatExchange exchange = new TomcatExchange(request, response);
            String other = jvmRoute.router().findOtherSessionId(exchange, sessionId);
            decision = other == null ? decision : jvmRoute.router().decide(other, Arrival.CLIENT);
            sessionId = other == null ? sessionId : other;
        }
        if (decision instanceof Decision.ServeLocally here) {
            serveHere(request, response, next, sessionId, here, /* ticket= */ null);
        } else {
            carryOn(new TomcatExchange(request, response), next, Claim.ofSession(sessionId), null, decision);
        }
    }

    /** Whether other cookies of the name that we know may be of the same application. */
    private boolean namesSessionsAsUsual(Request request) {
        return request.getContext() == null
                || jvmRoute.config()
                        .affinity()
                        .sessionCookie()
                        .equals(SessionConfig.getSessionCookieName(request.getContext()));
    }

    /** The same where other sources than the session id are asked too, or instead. */
    private void invokeBySources(Request request, Response response, Valve next) throws IOException, ServletException {
        TomcatExchange exchange = new TomcatExchange(request, response);
        RequestAffinity affinity = jvmRoute.router().find(exchange);
        exchange.tell(affinity);
        Decision decision = jvmRoute.router().decideFor(affinity.claim(), Arrival.CLIENT);
        if (decision instanceof Decision.ServeLocally here) {
            serveHere(request, response, next, affinity, here);
        } else {
            carryOn(exchange, next, affinity.claim(), affinity, decision);
        }
    }

    private void serveHere(
            Request request, Response response, Valve next, RequestAffinity affinity, Decision.ServeLocally here)
            throws IOException, ServletException {
        affinity.answeredBy(route);
        AffinityResponse.offer(response, affinity, request.getScheme().equals("https"));
        try {
            serveHere(request, response, next, request.getRequestedSessionId(), here, /* ticket= */ null);
        } finally {
            if (request.isAsync() && affinity.concernsResponse()) {
                request.getAsyncContext().addListener(new LearnAtEnd(response.getCoyoteResponse(), affinity));
            } else {
                affinity.learn(ResponseFields.values(response.getCoyoteResponse(), ResponseFields.SET_COOKIE));
            }
        }
    }

    /** Takes a trusted proxy's word for the client's end, here as at the owner. */
    private void believe(Request request, Response response) {
        String proxy = request.getPeerAddr();
        if (trusted.trusts(proxy)) {
            TomcatExchange exchange = new TomcatExchange(request, response);
            exchange.restoreClient(trusted.resolve(exchange.client(), exchange));
            exchange.noteProxy(proxy);
        }
    }

    /** A request that another node has forwarded, or somebody who says so. */
    private void arrived(Request request, Response response, Valve next) throws IOException, ServletException {
        TomcatExchange exchange = new TomcatExchange(request, response);
        String ticketText = request.getCoyoteRequest().getMimeHeaders().getHeader(HopTicket.HEADER);
        HopTicket ticket =
                exchange.repeats(HopTicket.HEADER) ? null : jvmRoute.verify(exchange); // our own nodes send one
        Arrival arrival = jvmRoute.arrival(ticket);
        String sessionId = jvmRoute.router().findSessionId(exchange);
        HopRefusal refusal = ticket == null ? null : jvmRoute.findRefusal(ticket, sessionId);
        if (refusal != null) {
            refuse(request, response, refusal, ticketText);
            return;
        }
        Decision decision = jvmRoute.router().decide(sessionId, arrival);
        if (decision instanceof Decision.ServeLocally here && ticket != null) {
            exchange.restoreClient(ticket.client());
            if (!ticket.tlsDigest().isEmpty()) {
                exchange.restoreTls();
            }
            serveHere(request, response, next, request.getRequestedSessionId(), here, ticketText);
        } else if (decision instanceof Decision.Reject reject) {
            jvmRoute.recorder().decided(reject.verdict());
            reject(request, response, reject, /* tried= */ null);
        } else {
            throw new AssertionError(decision);
        }
    }

    /** Between nodes only: the frontend that sent the ticket takes the request elsewhere. */
    private void refuse(Request request, Response response, HopRefusal refusal, String ticket) throws IOException {
        RequestLog.note(request, Decision.Reject.NOT_MINE, route, refusal.route(), 1);
        response.reset();
        response.setStatus(HopRefusal.STATUS);
        response.setHeader(HopTicket.HEADER, jvmRoute.refuse(refusal, ticket));
        response.setContentLength(0);
        response.flushBuffer();
    }

    /** {@code ticket} is the value of the hop's header; null: the client came here. */
    private void serveHere(
            Request request,
            Response response,
            Valve next,
            @Nullable String sessionId,
            Decision decision,
            @Nullable String ticket)
            throws IOException, ServletException {
        RequestLog.note(request, decision, route, route, ticket == null ? 0 : 1);
        boolean movedHere = false;
        if (sessionId != null && request.getContext() != null && !RoutedSessionId.hasRoute(sessionId, route)) {
            movedHere = true;
            sessions.takeOver(request, sessionId);
        }
        String requestedId = request.getRequestedSessionId();
        OwnedPin pin = sessions.find(requestedId);
        if (pin != null && pin.isTaken() && request.getContext() != null) { // it comes back from another node
            movedHere = true;
            sessions.takeOver(request, requestedId);
            pin = null;
        }
        EarlyRequests.Early early = pin == null ? sessions.early().enter(requestedId) : null;
        OwnedPin counted = null;
        try {
            if (early != null && requestedId != null) {
                pin = sessions.find(requestedId); // stated meanwhile, or this request is seen there from now on
            }
            if (pin != null && pin.tryEnter()) {
                counted = pin;
            } else if (pin != null && passOn(request, response, next, pin, requestedId, decision, ticket)) {
                return;
            }
            if (ticket == null) {
                jvmRoute.recorder().decided(decision.verdict());
            }
            OwnedPin own = serve(request, response, next, requestedId, movedHere);
            if (own != null && own != counted && request.isAsync() && own.tryEnter()) { // a session that it has made
                if (counted != null) {
                    counted.leave();
                }
                counted = own;
            }
        } finally {
            leave(request, response, counted, early);
        }
    }

    private @Nullable OwnedPin serve(
            Request request, Response response, Valve next, @Nullable String requestedId, boolean movedHere)
            throws IOException, ServletException {
        OwnedPin pin = null;
        jvmRoute.recorder().serving();
        try {
            next.invoke(request, response);
        } finally {
            jvmRoute.recorder().served();
            pin = sessions.served(request, requestedId, movedHere);
        }
        return pin;
    }

    /** The request is over; or it goes on without a thread, and its session stays until it is complete. */
    private void leave(
            Request request, Response response, @Nullable OwnedPin counted, EarlyRequests.@Nullable Early early) {
        boolean waits = request.isAsync();
        if (waits && isEventStream(response)) { // which may last for days: it keeps no session here
            AsyncContext stream = request.getAsyncContext();
            stream.addListener(new LeaveAtEnd(() -> clients.streamDone(stream), () -> clients.streamTimedOut(stream)));
            clients.streaming(stream);
            waits = false;
        }
        if (waits) {
            clients.waiting();
            request.getAsyncContext().addListener(new LeaveAtEnd(() -> {
                clients.done();
                leave(counted, counted == null ? early : null);
            }));
        }
        leave(waits ? null : counted, waits && counted == null ? null : early);
    }

    private void leave(@Nullable OwnedPin counted, EarlyRequests.@Nullable Early early) {
        if (counted != null) {
            counted.leave();
        }
        if (early != null) {
            sessions.early().leave(early);
        }
    }

    private static boolean isEventStream(Response response) {
        String type = response.getContentType();
        return type != null && type.regionMatches(/* ignoreCase= */ true, 0, EVENT_STREAM, 0, EVENT_STREAM.length());
    }

    /**
     * Takes a request whose session has just departed to where that goes.
     *
     * @return false if the session has come back meanwhile, nobody else takes it, or nobody has it any more, as its last owner said
     */
    private boolean passOn(
            Request request,
            Response response,
            Valve next,
            OwnedPin departing,
            String sessionId,
            Decision decision,
            @Nullable String ticket)
            throws IOException, ServletException {
        boolean gone = departing.isLost();
        if (gone && decision.verdict() == Verdict.NONE) {
            return false;
        }
        Decision again = gone ? jvmRoute.router().decide(sessionId, Arrival.CLIENT) : new Decision.Repin(route);
        if (again instanceof Decision.ServeLocally || decision.verdict() == Verdict.REPINNED) {
            return false;
        }
        if (ticket != null) {
            refuse(request, response, HopRefusal.DEPARTING, ticket);
        } else {
            carryOn(new TomcatExchange(request, response), next, Claim.ofSession(sessionId), null, again);
        }
        return true;
    }

    private void carryOn(
            TomcatExchange exchange, Valve next, Claim claim, @Nullable RequestAffinity affinity, Decision decision)
            throws IOException, ServletException {
        Request request = exchange.request();
        Response response = exchange.response();
        BlockingCorridor.Result result = jvmRoute.corridor().carry(exchange, claim, decision);
        Decision last = result.decision();
        if (last instanceof Decision.ServeLocally here && affinity != null) {
            serveHere(request, response, next, affinity, here);
        } else if (last instanceof Decision.ServeLocally) {
            serveHere(request, response, next, claim.sessionId(), last, /* ticket= */ null);
        } else if (last instanceof Decision.Reject reject) {
            reject(request, response, reject, result.forwarded());
        } else if (last instanceof Decision.Forward forward && result.forwarded() != null) {
            RequestLog.note(request, forward, route, forward.backend().route(), 1);
            finish(exchange, request, response, result.forwarded());
        } else {
            throw new AssertionError(last);
        }
    }

    private void reject(Request request, Response response, Decision.Reject reject, @Nullable ForwardResult tried)
            throws IOException {
        ProxyError error = tried == null ? null : tried.error();
        if (error == null) {
            error = reject.status() == 503 ? ProxyError.DESTINATION_UNAVAILABLE : ProxyError.HTTP_REQUEST_ERROR;
        }
        RequestLog.note(request, reject, route, "", 0);
        RequestLog.noteCause(request, error, tried == null ? reject.reason() : tried.cause());
        ErrorResponse.send(response, reject.status(), reject.reason(), error);
    }

    private static void finish(TomcatExchange exchange, Request request, Response response, ForwardResult result)
            throws IOException {
        if (result.outcome() == ForwardResult.Outcome.DONE) {
            return;
        }
        ProxyError error = result.error() == null ? ProxyError.HTTP_RESPONSE_INCOMPLETE : result.error();
        RequestLog.noteCause(request, error, result.cause());
        boolean answerable =
                result.status() >= 400 && result.status() != CLIENT_CLOSED && !exchange.isResponseStarted();
        switch (result.outcome()) {
            case FAILED, CLIENT_GONE -> {
                if (answerable) {
                    ErrorResponse.send(response, result.status(), error.reason(result.status()), error);
                } else {
                    request.getCoyoteRequest().getResponse().setStatus(result.status());
                    exchange.breakResponse();
                }
            }
            case BROKEN -> exchange.breakResponse();
            case DONE, UNREACHABLE, REFUSED -> throw new AssertionError(result);
        }
    }
}
