package io.jvmroute.forward;

import io.jvmroute.http.Exchange;
import io.jvmroute.http1.UpgradeRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An exchange whose bodies are read and written by the thread that carries it.
 *
 * <p>Every {@link IOException} from here is the client's doing, never the backend's.
 */
public interface BlockingExchange extends Exchange {
    /** The length of the request body as the container framed it: 0 for none, -1 if it is not known beforehand. */
    long requestLength();

    /**
     * What the client asks to switch to. Null if nothing, if the request is not a GET by HTTP/1.1 without a body, or if the container can't hand over
     * its connection.
     */
    @Nullable
    UpgradeRequest upgradeRequest();

    /** Whether the client waits for a 100 before it sends the body. */
    boolean expectsContinue();

    /** Lets the client send its body; does nothing if it did not wait. */
    void sendContinue() throws IOException;

    /**
     * Passes a 103 on (RFC 8297), unless the client's protocol has no interim responses. The fields are sent with it alone, not again with
     * the response.
     */
    default void sendEarlyHints(List<Map.Entry<String, String>> fields) {}

    /**
     * The next part of the request body, or null at its end. The buffer is the container's, valid until the next call. May block.
     */
    @Nullable
    ByteBuffer readRequestBody() throws IOException;

    /** Makes a request body that was read whole readable once more. */
    default void replayRequestBody(byte[] body) {
        throw new UnsupportedOperationException();
    }

    /** The trailer fields of the request body, once {@link #readRequestBody} has told its end; empty for none. */
    default Map<String, String> requestTrailers() {
        return Map.of();
    }

    /** Starts the response. Fields and body follow. */
    void responseStatus(int status);

    /** One response field, as slices of arrays that are the exchange's from now on: the driver does not touch them again. */
    void responseField(byte[] name, int nameOffset, int nameLength, byte[] value, int valueOffset, int valueLength);

    /** The length of the response body, if it is known. */
    void responseLength(long length);

    /** Sends the head, unless the first write does so. */
    void commitResponse() throws IOException;

    /** Sends a part of the response body. May block: that is the back-pressure. */
    void writeResponseBody(ByteBuffer part) throws IOException;

    /** The trailer fields behind the body, after its last part; lost where the client's protocol has no room for them. */
    default void responseTrailers(Map<String, String> fields) {}

    /** Sends what was written so far, because no more is at hand. */
    void flushResponse() throws IOException;

    /**
     * Hands the client's connection over to the tunnel, after a 101 was sent by it. The container calls {@link Tunnel#open} once the exchange
     * has completed.
     *
     * @param protocol what was switched to
     */
    void startTunnel(String protocol, Tunnel tunnel) throws IOException;

    /**
     * Whether the client has closed its connection or cancelled its request, as far as a look that waits for nothing tells. Called by the
     * watch, on a thread of its own, while the one that carries the exchange waits for the backend and touches nothing here.
     */
    default boolean isClientGone() {
        return false;
    }

    /** Whether any byte of the response may have reached the client, so that it can't be changed into another one. */
    boolean isResponseStarted();

    /** Makes the truncation of a response visible: no last chunk, no further request on the connection. */
    void breakResponse();
}
