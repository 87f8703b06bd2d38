package io.jvmroute.affinity;

import io.jvmroute.http.Exchange;
import io.jvmroute.http.RequestHead;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The session id: the container's choice first, then every other id in the request, until one names a route that is known (as mod_jk
 * does). Without one, the container's choice is the claim.
 */
public final class SessionSource implements AffinitySource {
    /** How many cookies, and how many path parameters, are tried: requests have one, seldom two. */
    private static final int TRIES = 8;

    private final String cookieName;
    private final String parameterName;
    private final Set<SessionDialect> dialects;
    private final AffinityParser parser;

    /**
     * Looks for ids in these places.
     *
     * @param dialects forms of foreign ids that are understood besides {@code id.route}
     */
    public SessionSource(String cookieName, String parameterName, Set<SessionDialect> dialects) {
        this.cookieName = cookieName;
        this.parameterName = parameterName;
        this.dialects = Set.copyOf(dialects);
        parser = new AffinityParser(cookieName, parameterName);
    }

    /** What reads the container's choice, or what it would choose. */
    public AffinityParser parser() {
        return parser;
    }

    @Override
    public @Nullable Claim find(Exchange exchange, RouteTable routes) {
        RequestHead head = exchange.head();
        String first = parser.findSessionId(head);
        if (first == null) {
            return null;
        }
        String routed = routed(first, routes);
        if (routed == null) {
            routed = findRouted(head, routes);
        }
        return Claim.ofSession(routed != null ? routed : first);
    }

    private @Nullable String findRouted(RequestHead head, RouteTable routes) {
        for (int i = 0; i < TRIES; i++) {
            String id = head.cookie(cookieName, i);
            if (id == null) {
                break;
            }
            String routed = routed(id, routes);
            if (routed != null) {
                return routed;
            }
        }
        for (int i = 0; i < TRIES; i++) {
            String id = PathParameter.find(head.path(), parameterName, i);
            if (id == null) {
                return null;
            }
            String routed = routed(id, routes);
            if (routed != null) {
                return routed;
            }
        }
        return null;
    }

    /** The id in the form {@code id.route} with a known route, or null. */
    private @Nullable String routed(String id, RouteTable routes) {
        if (routes.find(id).route() != null) {
            return id;
        }
        for (SessionDialect dialect : SessionDialect.values()) {
            String routed = dialects.contains(dialect) ? dialect.routed(id, routes) : null;
            if (routed != null) {
                return routed;
            }
        }
        return null;
    }
}
