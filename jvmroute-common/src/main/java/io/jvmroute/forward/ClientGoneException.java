package io.jvmroute.forward;

/** The client's end failed: kept apart from failures of the backend, which it must never count as. */
final class ClientGoneException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    ClientGoneException(Throwable cause) {
        this(400, "client: " + cause, cause);
    }

    ClientGoneException(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    ClientGoneException(String message) {
        super(message);
        status = 400;
    }

    /** What the client should be told, if it still listens. */
    int status() {
        return status;
    }
}
