package io.jvmroute.forward;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Keeps the direct buffers of connections that ended for those that come: memory outside the heap is dear to get, and given
 * back only by the garbage collector.
 */
final class BufferPool {
    /** What a small body may have to be sent in one write with its head, and again after a stale connection. */
    static final int MAX_BUFFERED_BODY = 64 * 1024;

    private static final int IN_SIZE = MAX_BUFFERED_BODY + 8 * 1024; // a head and such a body in one read
    private static final int OUT_SIZE = MAX_BUFFERED_BODY + 16 * 1024;
    private static final int MAX_KEPT = 32;

    private final ArrayBlockingQueue<Buffers> kept = new ArrayBlockingQueue<>(MAX_KEPT);

    /**
     * The buffers of one connection.
     *
     * @param in what was read and not yet taken
     * @param out what is to be written
     */
    record Buffers(ByteBuffer in, ByteBuffer out) {}

    Buffers take() {
        Buffers buffers = kept.poll();
        if (buffers == null) {
            return new Buffers(ByteBuffer.allocateDirect(IN_SIZE).limit(0), ByteBuffer.allocateDirect(OUT_SIZE));
        }
        buffers.in().position(0).limit(0);
        buffers.out().clear();
        return buffers;
    }

    /** Takes buffers back that nobody will touch again. */
    void give(Buffers buffers) {
        kept.offer(buffers);
    }
}
