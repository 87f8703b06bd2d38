package io.jvmroute.examples.run;

/** The cluster does not come up; the message is for the person who started it. */
final class ClusterException extends Exception {

    private static final long serialVersionUID = 1L;

    ClusterException(String message) {
        super(message);
    }
}
