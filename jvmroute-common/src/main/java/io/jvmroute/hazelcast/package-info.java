/**
 * Nodes, pins and keys in Hazelcast: the only package that imports {@code com.hazelcast}.
 *
 * <p>{@link io.jvmroute.hazelcast.HazelcastGrid} is the port's implementation and {@link io.jvmroute.hazelcast.GridSettings} what it is
 * made from. {@code MemberConfig} holds every setting of the member with its reason; {@code PinProcessors} the rules by which pins change;
 * {@code EntryFeed} keeps the local copies fresh.
 *
 * <p>Three maps, each with one synchronous backup: {@code jvmroute.nodes} (route to node), {@code jvmroute.pins} (key to pin) and {@code
 * jvmroute.keys} (one entry: the keys that sign hops).
 */
@NullMarked
package io.jvmroute.hazelcast;

import org.jspecify.annotations.NullMarked;
