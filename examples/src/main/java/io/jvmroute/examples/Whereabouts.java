package io.jvmroute.examples;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;

/**
 * What the valve (on Jetty the handler) says about a request; without it, what the session id betrays.
 *
 * @param node the route of the node that answers, empty if nothing tells it
 * @param owner the route of the node that the session lives on
 * @param verdict one letter, empty without the valve
 * @param hops 1 if another node received the request and passed it on, else 0
 * @param address where the client sent the request
 */
record Whereabouts(String node, String owner, String verdict, int hops, String address) {

    static Whereabouts of(HttpServletRequest request) {
        String address = request.getServerName() + ":" + request.getServerPort();
        String node = text(request, "jvmroute.node", "");
        if (node.isEmpty()) {
            String suffix = suffix(request.getSession(false));
            return new Whereabouts(suffix, suffix, "", 0, address);
        }
        return new Whereabouts(
                node,
                text(request, "jvmroute.owner", node),
                text(request, "jvmroute.verdict", ""),
                request.getAttribute("jvmroute.hop") instanceof Integer hops ? hops : 0,
                address);
    }

    boolean fromValve() {
        return !verdict.isEmpty();
    }

    private static String text(HttpServletRequest request, String name, String absent) {
        return request.getAttribute(name) instanceof String text && !text.isEmpty() ? text : absent;
    }

    private static String suffix(@Nullable HttpSession session) {
        return session == null ? "" : suffix(session.getId());
    }

    /** The route that a session id ends with, empty if there is none. */
    static String suffix(String id) {
        int dot = id.indexOf('.');
        return dot < 0 ? "" : id.substring(dot + 1);
    }
}
