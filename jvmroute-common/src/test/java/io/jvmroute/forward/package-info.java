/** The hop against real sockets whose other end is a script, and a client that checks what it is told. */
@NullMarked
package io.jvmroute.forward;

import org.jspecify.annotations.NullMarked;
