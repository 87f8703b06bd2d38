package io.jvmroute.forward;

import io.jvmroute.cluster.Node;
import java.time.Duration;
import java.util.Collection;

/** What carries the forwards of a node, as far as the node's life and its figures need it. Thread-safe; no method waits but {@link #close}. */
public interface Forwards extends AutoCloseable {
    /** How many forwards run. */
    int inFlight();

    /** How many forwards to this life of the node run. */
    int inFlight(Node node);

    /** The connections to all nodes. */
    PoolStatistics statistics();

    /** The connections to this life of the node. */
    PoolStatistics statistics(Node node);

    /** How many tunnels are open. They count neither as forwards nor among the connections of a pool. */
    int openTunnels();

    /**
     * Ends all tunnels, and those that open later: WebSockets within {@link GoAway#PATIENCE}, their clients being told, others at once. Does not wait
     * for it.
     */
    void endTunnels();

    /** Closes the pools of all other lives of nodes; what runs to them goes on to its end. */
    void retain(Collection<Node> nodes);

    /**
     * Whether this life of the node has kept something waiting, that it should read or answer, for so long without taking or sending a byte. A time in which this process stood still does not count; tunnels
     * may be silent.
     */
    boolean keepsWaiting(Node node, Duration atLeast);

    /**
     * Ends what waits for this life of the node now, each with 504 or a visibly broken response, and all tunnels to it as {@link #endTunnels} does: it is silent. Later
     * ones are not concerned.
     */
    void giveUp(Node node);

    /**
     * Takes one retry out of the budget that all kinds of retries share: a tenth of the requests of the last ten seconds, at
     * least twenty.
     *
     * @return whether there was one
     */
    boolean tryRetry();

    /** Ends all forwards and connections. Later forwards are answered with 503. */
    @Override
    void close();
}
