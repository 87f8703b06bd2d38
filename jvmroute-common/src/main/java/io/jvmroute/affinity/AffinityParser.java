package io.jvmroute.affinity;

import io.jvmroute.http.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * Reads the session id out of a request: what the container found, else the session cookie, else the path parameter.
 *
 * <p>Cookie before path, and the last of several, is the containers' own precedence (Servlet 6 §7.1): a router that picks
 * another id than the application will sends users to nodes that don't know them.
 */
public final class AffinityParser {
    /** How many cookies of the name are tried: requests have one, seldom two. */
    private static final int TRIES = 8;

    private final String cookieName;
    private final String parameterName;

    /** Looks for {@code cookieName}, then {@code ;parameterName=}, where the container names no session. */
    public AffinityParser(String cookieName, String parameterName) {
        this.cookieName = cookieName;
        this.parameterName = parameterName;
    }

    /** The session id that the request asks for, with its route, or null. Empty ids count as none: those before them are looked at. */
    public @Nullable String findSessionId(RequestHead head) {
        String id = head.requestedSessionId();
        if (id == null) {
            id = head.cookie(cookieName);
        }
        if (id != null && id.isEmpty()) {
            id = findBeforeEmpty(head);
        }
        if (id == null) {
            id = PathParameter.find(head.path(), parameterName);
        }
        return id == null || id.isEmpty() ? null : id;
    }

    private String findBeforeEmpty(RequestHead head) {
        for (int i = 0; i < TRIES; i++) {
            String id = head.cookie(cookieName, i);
            if (id == null) {
                break;
            }
            if (!id.isEmpty()) {
                return id;
            }
        }
        return "";
    }
}
