package io.jvmroute.record;

import java.util.List;
import java.util.Map;

/** What JMX shows: {@code io.jvmroute:type=Affinity,route=n1}. Counters run from the start of the node. */
public interface AffinityMXBean {
    /** The name of this node; empty on a frontend. */
    String getRoute();

    /** {@code STARTING}, {@code READY}, {@code DRAINING}, {@code MAINTENANCE} or {@code LEFT}. */
    String getState();

    /** Whether the grid is lost: requests are routed by suffix, last view and hash alone. */
    boolean isDegraded();

    /** Why the grid is lost; empty while it is not. */
    String getDegradedReason();

    /** Whether this node reaches fewer than half of the last known nodes: with {@code partitionPolicy=consistent}, sessions of the others get 503. */
    boolean isInMinority();

    /** The nodes with state and address, one line each. */
    List<String> getNodes();

    /** Requests by verdict letter. */
    Map<String, Long> getVerdicts();

    /** Ends of forwards by outcome. */
    Map<String, Long> getForwards();

    /** How many requests the applications of this node work on, without those that wait asynchronously. */
    int getRequestsInService();

    /** Forwards under way now. */
    int getForwardsInFlight();

    /** Upgraded connections (WebSockets and others) that are carried to another node now. */
    int getOpenTunnels();

    /** Connections to other nodes, in use or kept. */
    int getBackendConnections();

    /** Connections to other nodes that are kept for the next forward. */
    int getIdleBackendConnections();

    /** Requests that arrived by a verified hop. */
    long getHopsReceived();

    /** Requests that were rejected for a hop header that does not verify. */
    long getForgedHops();

    /** Sessions that this node serves. */
    int getOwnedSessions();

    /** Sessions whose pin is still to be written. */
    int getPinBacklog();

    /** Sessions that this node handed over to others, while it drained or by {@code failback=home}. */
    long getHandedOverSessions();

    /** Sessions that moved away while this node held them. */
    long getLostSessions();

    /** Moved sessions known in the whole cluster. */
    int getMovedPins();

    /** Moved sessions that are not mirrored because the table was full. */
    long getMovedPinsOverflow();

    /** Route cookies that were set, for the first time or again. */
    long getIssuedRouteCookies();

    /** Route cookies that were not authentic: forged, damaged, or sealed with a key that is gone. Each counted as none. */
    long getRefusedRouteCookies();

    /** Route cookies that came after their time. */
    long getExpiredRouteCookies();

    /**
     * Lets go of this node's sessions: it takes no new ones, hands over those that others can read, and serves the others until they end, which
     * {@link #getOwnedSessions} tells. Returns at once.
     *
     * @throws IllegalStateException if the node is not started
     */
    void drain();

    /**
     * Takes this node out: it serves nothing, its sessions go elsewhere. Returns at once.
     *
     * @throws IllegalStateException if the node is not started
     */
    void maintenance();

    /**
     * Takes either back.
     *
     * @throws IllegalStateException if the node is not started, or stops
     */
    void ready();

    /** Why a request with this session id goes where it goes: source, verdict, owner and reason on one line. Leaves no trace. */
    String explain(String sessionId);

    /**
     * The same for a request.
     *
     * @param target its target; empty for {@code /}
     * @param headers its fields, {@code Name: value} on a line each, {@code Cookie} too
     * @param address the client's address; empty if it does not matter
     */
    String explainRequest(String target, String headers, String address);
}
