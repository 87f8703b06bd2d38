package io.jvmroute.forward;

import org.jspecify.annotations.Nullable;

/** What is known of the node that a request is carried to, then and as long as its connection stays. Thread-safe; no method waits. */
@FunctionalInterface
public interface HopWatch {
    /** Of a node that is not ours. */
    HopWatch NONE = answer -> null;

    /**
     * What the field {@code Jvmroute-Hop} of a 421 says.
     *
     * @return null if it is not authentic, so that the answer is the application's
     */
    @Nullable
    HopRefusal findRefusal(String answer);

    /** Whether what the request belongs to has moved to another node since. */
    default boolean hasMoved() {
        return false;
    }
}
