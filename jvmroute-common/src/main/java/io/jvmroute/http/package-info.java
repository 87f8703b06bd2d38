/**
 * What the corridor asks of a container: the head of a request, and the exchange it belongs to.
 *
 * <p>Each container implements {@link io.jvmroute.http.RequestHead}; this package depends on nothing.
 */
@NullMarked
package io.jvmroute.http;

import org.jspecify.annotations.NullMarked;
