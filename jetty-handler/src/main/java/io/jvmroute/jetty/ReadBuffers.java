package io.jvmroute.jetty;

import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;

/**
 * What responses are read into. A pool of its own: the server's keeps nothing of this size.
 *
 * <p>The usual buffer has room for a head and 64 KiB of body, so that such a response is one read and one write. A long body gets a large one, a
 * quarter of the system calls, as long as not many do: what clients that are slow to take it can hold stays small. Thread-safe.
 */
final class ReadBuffers {
    private static final int USUAL = 72 * 1024;
    private static final int LARGE = 4 * USUAL;
    private static final int MAX_LARGE = 64;

    private final ByteBufferPool pool = new ArrayByteBufferPool(/* minCapacity= */ 0, USUAL, LARGE);
    private final AtomicInteger large = new AtomicInteger();

    RetainableByteBuffer acquire() {
        return pool.acquire(USUAL, /* direct= */ true);
    }

    /** A large one in place of a usual one without content; the same again if it is large or too many others are. */
    RetainableByteBuffer enlarge(RetainableByteBuffer buffer) {
        if (isLarge(buffer)) {
            return buffer;
        }
        if (large.incrementAndGet() > MAX_LARGE) {
            large.decrementAndGet();
            return buffer;
        }
        buffer.release();
        return pool.acquire(LARGE, /* direct= */ true);
    }

    private static boolean isLarge(RetainableByteBuffer buffer) {
        return buffer.capacity() >= LARGE;
    }

    void release(RetainableByteBuffer buffer) {
        if (isLarge(buffer)) {
            large.decrementAndGet();
        }
        buffer.release();
    }
}
