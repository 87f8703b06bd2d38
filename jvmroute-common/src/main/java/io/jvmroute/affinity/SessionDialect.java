package io.jvmroute.affinity;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** How foreign servers write routes into session ids. Off unless asked for: an id of ours must not be taken for one of theirs. */
public enum SessionDialect {
    /** {@code id!primary!secondary}: the first part with a known route counts. */
    BANG {
        @Override
        @Nullable
        String routed(String id, RouteTable routes) {
            return firstKnown(id, '!', routes);
        }
    },
    /** {@code id.n1.n2}: the route of the first node of the list that is known. */
    RANKED {
        @Override
        @Nullable
        String routed(String id, RouteTable routes) {
            return firstKnown(id, '.', routes);
        }
    },
    /** The Base64 of {@code id.route}, as Spring Session writes cookies. */
    BASE64 {
        @Override
        @Nullable
        String routed(String id, RouteTable routes) {
            if (id.length() > RoutedSessionId.MAX_LENGTH) {
                return null;
            }
            try {
                String plain = new String(Base64.getDecoder().decode(id), ISO_8859_1);
                return routes.find(plain).route() == null ? null : plain;
            } catch (IllegalArgumentException e) {
                return null; // not Base64: not of this dialect
            }
        }
    };

    /** The id in the form {@code id.route} with a known route, or null if it is not of this dialect. */
    abstract @Nullable String routed(String id, RouteTable routes);

    private static @Nullable String firstKnown(String id, char separator, RouteTable routes) {
        int end = id.indexOf(separator);
        if (end <= 0 || id.length() > RoutedSessionId.MAX_LENGTH) {
            return null;
        }
        String bare = id.substring(0, end);
        while (end >= 0) {
            int start = end + 1;
            end = id.indexOf(separator, start);
            String routed = RoutedSessionId.withRoute(bare, id.substring(start, end < 0 ? id.length() : end));
            if (routes.find(routed).route() != null) {
                return routed;
            }
        }
        return null;
    }
}
