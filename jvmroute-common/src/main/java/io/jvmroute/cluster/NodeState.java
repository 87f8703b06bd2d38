package io.jvmroute.cluster;

/**
 * The states of a node's life.
 *
 * <pre>
 * STARTING --> READY --- DRAINING --> LEFT
 *                ^            |
 *                +-- MAINTENANCE
 * </pre>
 */
public enum NodeState {
    /** Not yet deployed or bound: serves nothing. */
    STARTING,
    /** Serves its sessions and takes new ones. */
    READY,
    /** Serves its sessions, takes no new ones. */
    DRAINING,
    /** Serves nothing; its sessions go elsewhere. */
    MAINTENANCE,
    /** Gone on its own word. */
    LEFT;

    /** Whether requests of sessions that live on the node are sent to it. */
    public boolean servesItsSessions() {
        return this == READY || this == DRAINING;
    }
}
