/**
 * HTTP/1.1 (RFC 9112) as bytes, without I/O: {@link io.jvmroute.http1.RequestHeadEncoder} writes what goes to a backend,
 * {@link io.jvmroute.http1.ResponseHeadParser} and {@link io.jvmroute.http1.ChunkedDecoder} read what comes back, piece by piece. Strict: what two
 * readers could take differently is refused. Depends on nothing of ours.
 */
@NullMarked
package io.jvmroute.http1;

import org.jspecify.annotations.NullMarked;
