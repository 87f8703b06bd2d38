package io.jvmroute.servlet;

import io.jvmroute.forward.ProxyError;
import io.jvmroute.policy.Decision;
import io.jvmroute.record.RequestAttributes;
import jakarta.servlet.http.HttpServletRequest;

/** What access logs can say of a request. */
final class RequestLog {
    private RequestLog() {}

    static void note(HttpServletRequest request, Decision decision, String route, String owner, int hops) {
        request.setAttribute(RequestAttributes.VERDICT, decision.verdict().text());
        request.setAttribute(RequestAttributes.NODE, route);
        request.setAttribute(RequestAttributes.OWNER, owner);
        request.setAttribute(RequestAttributes.HOP, hops);
    }

    /** Why the client got an error from this node, or a broken response: the type of RFC 9209 and what happened. */
    static void noteCause(HttpServletRequest request, ProxyError error, String cause) {
        request.setAttribute(RequestAttributes.CAUSE, error.type() + ": " + cause);
    }
}
