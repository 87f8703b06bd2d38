package io.jvmroute.http;

import org.jspecify.annotations.Nullable;

/**
 * The head of one request as the container received it.
 *
 * <p>An instance belongs to the thread that carries the request and is valid until the exchange completes; containers may
 * recycle it for the next one. Nothing that a method returns is decoded or normalised.
 */
public interface RequestHead {
    /** The method, as sent. */
    String method();

    /** The request target, byte for byte as sent: path with its parameters, and the query. */
    String target();

    /**
     * The session id that the container itself found in the request, or null where it found none or did not look because
     * no application is mapped.
     */
    @Nullable
    String requestedSessionId();

    /**
     * The value of the cookie {@code name} by the container's own cookie parser, the last one where several are sent (that
     * is the one that Tomcat reports while none of them is valid).
     */
    @Nullable
    String cookie(String name);

    /** The same for the {@code fromLast}th cookie of that name before the last, or null if there are not so many. */
    default @Nullable String cookie(String name, int fromLast) {
        return fromLast == 0 ? cookie(name) : null;
    }

    /** The path of the target, still encoded and with its parameters. */
    String path();

    /** The first value of the header {@code name} in any case, or null. */
    @Nullable
    String header(String name);
}
