/**
 * The hop: carries one exchange to another node and its answer back.
 *
 * <p>Start at {@link io.jvmroute.forward.Forwarder}, the blocking driver. {@link io.jvmroute.forward.HopTicket} authenticates the hop; what is
 * said on the wire comes from {@code io.jvmroute.http1}.
 */
@NullMarked
package io.jvmroute.forward;

import org.jspecify.annotations.NullMarked;
