package io.jvmroute.http;

/**
 * The client's end of a request: what the owner's application shall see as if there had been no hop.
 *
 * @param address the client's IP address
 * @param port its port, 0 if unknown
 * @param scheme {@code http} or {@code https}
 * @param host the host that the request was sent to, without port; empty if it names none
 * @param serverPort the port that it was sent to
 */
public record ClientEnd(String address, int port, String scheme, String host, int serverPort) {}
