package io.jvmroute.tomcat.corridor;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The requests under way whose session had no pin when they began, so that they are not counted in it: those that may be making one, and those that came before the first one was over.
 *
 * <p>A request can only be in a session of the id that it brought, or in one that was made since it began. Thread-safe.
 */
final class EarlyRequests {
    private final Set<Early> underWay = ConcurrentHashMap.newKeySet();

    /** One of them: which id it brought, and when it began. Each is itself alone. */
    static final class Early {
        private final @Nullable String sessionId;
        private final long sinceNanos = System.nanoTime();

        Early(@Nullable String sessionId) {
            this.sessionId = sessionId;
        }

        /** Whether the session may be its own; {@code knownNanos} is when its pin was made. */
        boolean mayBeIn(String id, long knownNanos) {
            return id.equals(sessionId) || sinceNanos - knownNanos <= 0;
        }
    }

    /** A request begins; who looks for its session's pin after this finds it, or is found here. */
    Early enter(@Nullable String sessionId) {
        Early request = new Early(sessionId);
        underWay.add(request);
        return request;
    }

    /** It is over, or counted in its session from now on. */
    void leave(Early request) {
        underWay.remove(request);
    }

    /** Whether one of them may be in this session. */
    boolean mayBeIn(String sessionId, long knownNanos) {
        for (Early request : underWay) {
            if (request.mayBeIn(sessionId, knownNanos)) {
                return true;
            }
        }
        return false;
    }
}
