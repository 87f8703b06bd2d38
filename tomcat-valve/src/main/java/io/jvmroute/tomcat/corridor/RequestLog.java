package io.jvmroute.tomcat.corridor;

import io.jvmroute.forward.ProxyError;
import io.jvmroute.policy.Decision;
import org.apache.catalina.connector.Request;

/** Leaves the decision where access logs and applications find it: {@code %{jvmroute.verdict}r} in an AccessLogValve. */
final class RequestLog {
    private static final Integer[] HOPS = {0, 1};

    private RequestLog() {}

    /** On Coyote's request: no listener of an application is told, and it is read through {@code getAttribute} all the same. */
    static void note(Request request, Decision decision, String node, String owner, int hops) {
        org.apache.coyote.Request coyote = request.getCoyoteRequest();
        coyote.setAttribute("jvmroute.verdict", decision.verdict().text());
        coyote.setAttribute("jvmroute.node", node);
        coyote.setAttribute("jvmroute.owner", owner);
        coyote.setAttribute("jvmroute.hop", HOPS[hops]);
    }

    /** Why the client got an error from this node, or a broken response: the type of RFC 9209 and what happened. */
    static void noteCause(Request request, ProxyError error, String cause) {
        request.getCoyoteRequest().setAttribute("jvmroute.cause", error.type() + ": " + cause);
    }
}
