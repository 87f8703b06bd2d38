package io.jvmroute.cluster;

/** The grid could not be joined. The node serves what arrives and tries again. */
public final class GridUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what failed, for people. */
    public GridUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
