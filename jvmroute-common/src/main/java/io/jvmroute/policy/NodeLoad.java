package io.jvmroute.policy;

import io.jvmroute.cluster.Node;

/** How busy nodes are at the moment, as far as the node that balances can tell. Sticky requests and their sessions count like any other. */
public interface NodeLoad {
    /** How many requests the node works on. */
    int requests(Node node);

    /** How many sessions the node holds. */
    int sessions(Node node);

    /** What part of its weight counts, in percent from 1 to 100: less than 100 while it is new. */
    int warmth(Node node);
}
