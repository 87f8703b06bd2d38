package io.jvmroute.http1;

/** How the end of a message body is found (RFC 9112 §6.3). */
public enum BodyFraming {
    /** There is no body. */
    NONE,
    /** After as many bytes as Content-Length says. */
    LENGTH,
    /** After the last chunk and the trailers. */
    CHUNKED,
    /** With the end of the connection. */
    CLOSE
}
