package io.jvmroute.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A client that sends and takes as many bytes as a test lets it, and fails if two threads write to it at once. */
final class FakeTunnelClient implements TunnelClient {
    final AtomicInteger resumed = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    private final AtomicBoolean writing = new AtomicBoolean();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private ByteBuffer toSend = ByteBuffer.allocate(0);
    private boolean ended;
    private volatile int room = Integer.MAX_VALUE;

    void send(byte[] bytes) {
        toSend = ByteBuffer.wrap(bytes);
    }

    void send(String text) {
        send(text.getBytes(ISO_8859_1));
    }

    void end() {
        ended = true;
    }

    /** How many bytes more it takes. */
    void takes(int bytes) {
        room = bytes;
    }

    synchronized byte[] received() {
        return received.toByteArray();
    }

    String text() {
        return new String(received(), ISO_8859_1);
    }

    @Override
    public int read(ByteBuffer to) {
        int part = Math.min(toSend.remaining(), Math.min(to.remaining(), 8192));
        to.put(toSend.slice(toSend.position(), part));
        toSend.position(toSend.position() + part);
        return part == 0 && ended ? -1 : part;
    }

    @Override
    public boolean write(ByteBuffer from) {
        assertThat(writing.compareAndSet(false, true)).as("one writer").isTrue();
        synchronized (this) {
            while (from.hasRemaining() && room > 0) {
                received.write(from.get());
                room--;
            }
        }
        writing.set(false);
        return room > 0;
    }

    @Override
    public void resumeReading() {
        resumed.incrementAndGet();
    }

    @Override
    public void close() {
        assertThat(closed.incrementAndGet()).as("closed once").isEqualTo(1);
    }
}
