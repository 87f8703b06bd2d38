package io.jvmroute.http;

import org.jspecify.annotations.Nullable;

/** One request and its response, as a container lets us see and fill them. Belongs to the thread that carries the request. */
public interface Exchange {
    /** The head of the request; valid until the exchange completes. */
    RequestHead head();

    /** Hands over all header fields of the request in the order in which they were sent, duplicates included. */
    void requestFields(FieldSink sink);

    /** The address of the proxy that sent the request, if it is believed about the client; else null. */
    default @Nullable String trustedProxy() {
        return null;
    }

    /** Where the request came from and what it was sent to, as the container or an authenticated hop says. */
    ClientEnd client();

    /** What is known of the client's TLS, {@link ClientTls#encode encoded}; null if there was none, or none that the container has ended. */
    default @Nullable String clientTls() {
        return null;
    }

    /** The answer that follows is the one of this node, if it is an answer: told before each forward. */
    default void answeredBy(String route) {}
}
