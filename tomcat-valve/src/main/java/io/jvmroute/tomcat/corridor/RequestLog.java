package io.jvmroute.tomcat.corridor;

import io.jvmroute.forward.ProxyError;
import io.jvmroute.policy.Decision;
import io.jvmroute.record.RequestAttributes;
import org.apache.catalina.connector.Request;

/** Leaves the decision where access logs and applications find it: {@code %{jvmroute.verdict}r} in an AccessLogValve. */
final class RequestLog {
    private static final Integer[] HOPS = {0, 1};

    private RequestLog() {}

    /** On Coyote's request: no listener of an application is told, and it is read through {@code getAttribute} all the same. */
    static void note(Request request, Decision decision, String node, String owner, int hops) {
        org.apache.coyote.Request coyote = request.getCoyoteRequest();
        coyote.setAttribute(RequestAttributes.VERDICT, decision.verdict().text());
        coyote.setAttribute(RequestAttributes.NODE, node);
        coyote.setAttribute(RequestAttributes.OWNER, owner);
        coyote.setAttribute(RequestAttributes.HOP, HOPS[hops]);
    }

    /** Why the client got an error from this node, or a broken response: the type of RFC 9209 and what happened. */
    static void noteCause(Request request, ProxyError error, String cause) {
        request.getCoyoteRequest().setAttribute(RequestAttributes.CAUSE, error.type() + ": " + cause);
    }
}
