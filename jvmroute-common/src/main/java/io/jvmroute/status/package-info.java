/**
 * What a node tells of itself, and lets itself be told, below {@code statusPath}: a page, JSON, metrics, the reason why a request goes where it goes, and
 * control.
 *
 * <p>{@link io.jvmroute.status.StatusEndpoint} answers requests that a container hands over; {@link io.jvmroute.status.StatusNode} is what it asks for its
 * node. Everything shown is made of one {@link io.jvmroute.status.StatusReport}.
 */
@NullMarked
package io.jvmroute.status;

import org.jspecify.annotations.NullMarked;
