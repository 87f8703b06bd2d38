/**
 * Session affinity for Jetty 12.1: {@link io.jvmroute.jetty.AffinityHandler} decides, and a non-blocking driver carries what is not at home.
 *
 * <p>No thread of Jetty's ever waits here. A request that is forwarded belongs to one {@code Hop}, whose steps run one after the other on whichever
 * thread brings the next event.
 */
@NullMarked
package io.jvmroute.jetty;

import org.jspecify.annotations.NullMarked;
