package io.jvmroute.forward;

/**
 * The connections to one node, or to all, at a moment.
 *
 * @param open those that exist
 * @param idle those of them that wait for a request
 */
public record PoolStatistics(int open, int idle) {
    static final PoolStatistics NONE = new PoolStatistics(0, 0);
}
