package io.jvmroute.policy;

/** How a request came to this node. */
public enum Arrival {
    /** From a client: no hop header. */
    CLIENT,
    /** By a hop from another node of the cluster, authenticated. */
    HOP,
    /** With a hop header that does not verify. */
    FORGED
}
