/** Tables of bytes and what they mean, and the same bytes cut anywhere. */
@NullMarked
package io.jvmroute.http1;

import org.jspecify.annotations.NullMarked;
