package io.jvmroute.forward;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The client's end of a {@link Tunnel}, as a container gives it. No method waits.
 *
 * <p>{@link #read} is called within {@link Tunnel#clientReadable} only; {@link #write} by one thread at a time, and no more once {@link
 * Tunnel#isQuiet}; the others by any thread.
 */
public interface TunnelClient {
    /**
     * Reads what is there.
     *
     * @return how many bytes, 0 if there are none now, -1 if the client has ended its side
     */
    int read(ByteBuffer to) throws IOException;

    /**
     * Sends what the client takes.
     *
     * @return whether all of it, and of what was written before, is sent; if not, {@link Tunnel#clientWritable} is to be called as soon as the
     *     client takes more, and the rest stays in {@code from}
     */
    boolean write(ByteBuffer from) throws IOException;

    /** Has {@link Tunnel#clientReadable} called when there is something to read, after that has returned false. */
    void resumeReading();

    /** Closes the client's connection, soon: maybe on another thread. Called once. */
    void close();
}
