package io.jvmroute.forward;

import java.io.IOException;

/** This process itself can't go on, for want of sockets or because it stops: no fault of the backend. */
final class LocalFailureException extends IOException {
    private static final long serialVersionUID = 1;

    LocalFailureException(Throwable cause) {
        super(cause.toString(), cause);
    }
}
