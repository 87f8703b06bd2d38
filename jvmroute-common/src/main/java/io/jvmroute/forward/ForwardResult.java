package io.jvmroute.forward;

/**
 * How a forward ended. Expected failures are values: the corridor decides what follows from them.
 *
 * @param outcome the kind
 * @param status the status that the client got, or shall get where nothing was sent yet
 * @param cause what went wrong, for logs; empty where nothing did
 */
public record ForwardResult(Outcome outcome, int status, String cause) {
    /** The kinds of ends. */
    public enum Outcome {
        /** The backend's response was passed on whole. */
        DONE,
        /** No byte of the request was written: it may be sent elsewhere (RFC 9110 §9.2.2). */
        UNREACHABLE,
        /** The backend failed before a byte of its response was passed on; {@link #status} is 502 or 504, or 503 at the limit of forwards. */
        FAILED,
        /** The backend failed inside its response: the client sees a truncation. */
        BROKEN,
        /** The client went away or broke its own request. No fault of the backend. */
        CLIENT_GONE
    }
}
