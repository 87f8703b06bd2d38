package io.jvmroute.http;

/** One request and its response, as a container lets us see and fill them. Belongs to the thread that carries the request. */
public interface Exchange {
    /** The head of the request; valid until the exchange completes. */
    RequestHead head();

    /** Hands over all header fields of the request in the order in which they were sent, duplicates included. */
    void requestFields(FieldSink sink);

    /** Where the request came from and what it was sent to, as the container or an authenticated hop says. */
    ClientEnd client();
}
