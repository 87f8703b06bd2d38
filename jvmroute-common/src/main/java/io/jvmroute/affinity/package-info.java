/**
 * Finds out what a request tells about its home. Pure: no clock, no socket, no log.
 *
 * <p>Start at {@link io.jvmroute.affinity.AffinityParser}. {@link io.jvmroute.affinity.AffinityKey} is what a session is
 * called outside the node that holds it.
 */
@NullMarked
package io.jvmroute.affinity;

import org.jspecify.annotations.NullMarked;
