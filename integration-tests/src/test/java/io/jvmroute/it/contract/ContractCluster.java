package io.jvmroute.it.contract;

import java.net.URI;
import java.util.List;

/** Three nodes that run the shop and copy its sessions among them. Called by one thread. */
public interface ContractCluster extends AutoCloseable {
    /** The names of the nodes, running or not, always in the same order. */
    List<String> nodes();

    /** Whether the node was started and neither stopped nor killed since. */
    boolean isRunning(String node);

    /** Starts the node, for the first time or again, at the same address as before, and returns when its shop answers. */
    void start(String node);

    /** Asks the node to stop and returns when its process has ended. */
    void stop(String node);

    /** {@code kill -9}; returns when the process has ended. */
    void kill(String node);

    /** {@code kill -STOP}: the process goes on to be there and does nothing. */
    void freeze(String node);

    /** {@code kill -CONT}: it goes on. */
    void thaw(String node);

    /** Where the shop of this node is, with a slash at the end. */
    URI shop(String node);

    /** What session ids of this node end with. */
    String route(String node);

    /** Returns when each running node gets a copy of a session that begins on another one. */
    void awaitCopies();

    /** How many requests the node is passing on to others at the moment. */
    int forwardsInFlight(String node);

    /** Ends what runs. */
    @Override
    void close();
}
