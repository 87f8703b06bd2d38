package io.jvmroute.status;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The node whose status is shown. Thread-safe; no method waits. */
public interface StatusNode {
    /** How it is now. */
    StatusReport report();

    /**
     * Why a request with this session id, route included, would go where it would go; null: one without a session.
     *
     * @return {@code source}, {@code verdict}, {@code owner} and {@code why}, in this order
     */
    Map<String, String> explain(@Nullable String sessionId);

    /**
     * Lets the node drain, be ready again or go to maintenance.
     *
     * @throws IllegalStateException if it can't, with the reason in words
     */
    void change(Action action);

    /** What a node can be told to do. */
    enum Action {
        /** Let go of its sessions. */
        DRAIN,
        /** Take either of the others back. */
        READY,
        /** Serve nothing. */
        MAINTENANCE
    }
}
