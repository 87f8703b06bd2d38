package io.jvmroute.jetty;

import io.jvmroute.forward.ProxyError;
import io.jvmroute.policy.Decision;
import io.jvmroute.record.RequestAttributes;
import org.eclipse.jetty.server.Request;

/** Leaves the decision where request logs and applications find it: {@code %{jvmroute.verdict}attr} in a CustomRequestLog. */
final class RequestNotes {
    private static final Integer[] HOPS = {0, 1};

    private RequestNotes() {}

    static void note(Request request, Decision decision, String node, String owner, int hops) {
        request.setAttribute(RequestAttributes.VERDICT, decision.verdict().text());
        request.setAttribute(RequestAttributes.NODE, node);
        request.setAttribute(RequestAttributes.OWNER, owner);
        request.setAttribute(RequestAttributes.HOP, HOPS[hops]);
    }

    /** Why the client got an error from this node, or a broken response: the type of RFC 9209 and what happened. */
    static void noteCause(Request request, ProxyError error, String cause) {
        request.setAttribute(RequestAttributes.CAUSE, error.type() + ": " + cause);
    }
}
