/**
 * What a node knows about its cluster: who is there, who can be reached, which sessions moved.
 *
 * <p>{@link io.jvmroute.cluster.ClusterView} is the immutable picture that requests decide on;
 * {@link io.jvmroute.cluster.NodeDirectory} and {@link io.jvmroute.cluster.PinTable} keep it fresh off the request thread;
 * {@link io.jvmroute.cluster.Grid} is what they need of the replicated store.
 */
@NullMarked
package io.jvmroute.cluster;

import org.jspecify.annotations.NullMarked;
