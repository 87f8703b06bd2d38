package io.jvmroute.forward;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/** Lends tunnels and TLS connections the memory for what they carry at the moment, so that idle ones need none. Thread-safe. */
final class TunnelBuffers {
    private static final int SIZE = 32 * 1024;
    private static final int MAX_KEPT = 64;

    private final ArrayBlockingQueue<ByteBuffer> kept = new ArrayBlockingQueue<>(MAX_KEPT);

    ByteBuffer take() {
        ByteBuffer buffer = kept.poll();
        return buffer == null ? ByteBuffer.allocateDirect(SIZE) : buffer.clear();
    }

    /** One with room for {@code size} bytes. */
    ByteBuffer take(int size) {
        return size <= SIZE ? take() : ByteBuffer.allocate(size);
    }

    /** Takes a buffer back that nobody will touch again; one that is not from here is left to the garbage collector. */
    void give(ByteBuffer buffer) {
        if (buffer.isDirect() && buffer.capacity() == SIZE) {
            kept.offer(buffer);
        }
    }
}
