/**
 * Decides where a request goes. Pure: values in, a value out; no clock, random, map, log or socket.
 *
 * <p>{@link io.jvmroute.policy.AffinityPolicy#decide} is the table of the product; redispatch is the same question about a
 * smaller view.
 */
@NullMarked
package io.jvmroute.policy;

import org.jspecify.annotations.NullMarked;
