package io.jvmroute.forward;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How a forward ended. Expected failures are values: the corridor decides what follows from them.
 *
 * @param outcome the kind
 * @param status the status that the client got, or shall get where nothing was sent yet
 * @param cause what went wrong, for logs; empty where nothing did
 * @param error the same for {@code Proxy-Status}; null where nothing went wrong
 * @param refusal what the node said; null unless it refused
 */
public record ForwardResult(
        Outcome outcome,
        int status,
        String cause,
        @Nullable ProxyError error,
        @Nullable HopRefusal refusal) {
    /** The client names a host that no ticket for a node of ours has room for. */
    public static final ForwardResult HOST_TOO_LONG = new ForwardResult(
            Outcome.CLIENT_GONE, 431, "request: host too long for a hop", ProxyError.HTTP_REQUEST_ERROR);

    private static final int LEAST = 200;

    private static final List<ForwardResult> USUAL = IntStream.range(LEAST, 600)
            .mapToObj(status -> new ForwardResult(Outcome.DONE, status, ""))
            .toList();

    /** The backend's response with this status was passed on whole. */
    public static ForwardResult done(int status) {
        boolean usual = status >= LEAST && status < LEAST + USUAL.size();
        return usual ? USUAL.get(status - LEAST) : new ForwardResult(Outcome.DONE, status, "");
    }

    /** A result in which nothing went wrong, or nobody is told what. */
    public ForwardResult(Outcome outcome, int status, String cause) {
        this(outcome, status, cause, null);
    }

    /** A result of which the client may be told what went wrong. */
    public ForwardResult(Outcome outcome, int status, String cause, @Nullable ProxyError error) {
        this(outcome, status, cause, error, null);
    }

    /**
     * No connection to the node came up. Where that is this machine's own fault, it says nothing about the node, and no session is to move for it.
     *
     * @param mayGoElsewhere whether another node may get the request
     */
    public static ForwardResult notConnected(IOException cause, boolean mayGoElsewhere) {
        ProxyError error = ProxyError.ofConnecting(cause);
        if (error == ProxyError.PROXY_INTERNAL_ERROR) {
            return new ForwardResult(Outcome.FAILED, 503, cause.toString(), error);
        }
        return mayGoElsewhere
                ? new ForwardResult(Outcome.UNREACHABLE, 503, cause.toString(), error)
                : new ForwardResult(Outcome.FAILED, 502, cause.toString(), error);
    }

    /** The kinds of ends. */
    public enum Outcome {
        /** The backend's response was passed on whole. */
        DONE,
        /**
         * The node could not be reached: the request may be sent elsewhere (RFC 9110 §9.2.2). No byte of it was written, or only to a
         * connection that was dead already, which a request without a body that may be sent twice survives. The request body is untouched,
         * or at hand again.
         */
        UNREACHABLE,
        /**
         * The node itself said, authenticated, that the request is not for it, before an application saw that: see {@link #refusal}. The
         * request may be sent elsewhere, body included.
         */
        REFUSED,
        /**
         * No byte of a response reached the client. {@link #status} is 502 or 504 where the backend failed; 503 where this side did, which
         * says nothing about the backend: limit of forwards, no sockets, no free port, interrupt, closed.
         */
        FAILED,
        /** The backend failed inside its response: the client sees a truncation. */
        BROKEN,
        /**
         * The client went away or broke its own request ({@link #status} 400, 431 or 501 where no response was begun, 499 where nobody is left to read one). No fault of the
         * backend.
         */
        CLIENT_GONE
    }
}
