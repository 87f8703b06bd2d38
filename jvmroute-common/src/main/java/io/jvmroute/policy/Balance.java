package io.jvmroute.policy;

/** Where requests without a home go. */
public enum Balance {
    /** To this node while it is ready; the default of peers. */
    LOCAL,
    /** To the ready nodes in turn, by weight. */
    ROUND_ROBIN,
    /** To the less busy of two ready nodes picked by weight; the default of frontends. */
    LEAST_REQUESTS,
    /** To the ready node with the fewest sessions for its weight. */
    LEAST_SESSIONS
}
