package io.jvmroute;

/** A start that must not go on: the message says what is wrong and what was expected. */
public final class JvmRouteException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With the reason, for people. */
    public JvmRouteException(String message) {
        super(message);
    }
}
