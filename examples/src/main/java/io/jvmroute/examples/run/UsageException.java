package io.jvmroute.examples.run;

/** A command line that nobody can follow; the message names the part. */
final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
