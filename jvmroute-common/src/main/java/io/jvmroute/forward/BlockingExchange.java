package io.jvmroute.forward;

import io.jvmroute.http.Exchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An exchange whose bodies are read and written by the thread that carries it.
 *
 * <p>Every {@link IOException} from here is the client's doing, never the backend's.
 */
public interface BlockingExchange extends Exchange {
    /** The length of the request body as the container framed it: 0 for none, -1 if it is not known beforehand. */
    long requestLength();

    /** Whether the client waits for a 100 before it sends the body. */
    boolean expectsContinue();

    /** Lets the client send its body; does nothing if it did not wait. */
    void sendContinue() throws IOException;

    /**
     * The next part of the request body, or null at its end. The buffer is the container's, valid until the next call. May block.
     */
    @Nullable
    ByteBuffer readRequestBody() throws IOException;

    /** Starts the response. Fields and body follow. */
    void responseStatus(int status);

    /** One response field as slices of the driver's buffer, which are stable until {@link #commitResponse}. */
    void responseField(byte[] name, int nameOffset, int nameLength, byte[] value, int valueOffset, int valueLength);

    /** The length of the response body, if it is known. */
    void responseLength(long length);

    /** Sends the head, unless the first write does so. Nothing of the head's buffers is touched afterwards. */
    void commitResponse() throws IOException;

    /** Sends a part of the response body. May block: that is the back-pressure. */
    void writeResponseBody(ByteBuffer part) throws IOException;

    /** Sends what was written so far, because no more is at hand. */
    void flushResponse() throws IOException;

    /** Whether any byte of the response may have reached the client, so that it can't be changed into another one. */
    boolean isResponseStarted();

    /** Makes the truncation of a response visible: no last chunk, no further request on the connection. */
    void breakResponse();
}
