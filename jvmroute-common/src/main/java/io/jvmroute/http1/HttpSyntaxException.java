package io.jvmroute.http1;

import java.io.IOException;

/** Bytes that are not HTTP/1.1 as RFC 9112 writes it, or more of them than we take. */
public final class HttpSyntaxException extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean tooLarge;

    private HttpSyntaxException(String message, boolean tooLarge) {
        super(message);
        this.tooLarge = tooLarge;
    }

    static HttpSyntaxException malformed(String message) {
        return new HttpSyntaxException(message, /* tooLarge= */ false);
    }

    static HttpSyntaxException tooLarge(String message) {
        return new HttpSyntaxException(message, /* tooLarge= */ true);
    }

    /** Whether only the size is wrong. */
    public boolean isTooLarge() {
        return tooLarge;
    }
}
