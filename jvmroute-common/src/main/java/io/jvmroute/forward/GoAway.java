package io.jvmroute.forward;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the two ends of a WebSocket in a tunnel are told to go away, so that no frame of theirs is broken by it.
 *
 * <pre>
 * begin --> the backend's frame ends --close frame, 1012--> told --the client's close frame, passed on--> answered --> the backend ends
 *   |                                                        |
 *   +-------------------(PATIENCE is over)-------------------+--close frame to the backend, if it may have one--> cut
 * </pre>
 *
 * <p>Nothing of the backend's goes to the client once that is told; what the client sends goes on to the backend, with the close frame by which it
 * answers, and the backend ends the tunnel as it would after any close.
 *
 * <p>The methods about one direction are called by one thread at a time, the others by any.
 */
public final class GoAway {
    /** How long it may take from {@link #tryBegin} until all is closed. */
    public static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Service Restart: IANA's registry of close codes. */
    private static final short CODE = 1012;

    private static final byte CLOSE = (byte) 0x88; // FIN, opcode 8: RFC 6455 §5.5.1
    private static final byte MASKED = (byte) 0x80;
    private static final SecureRandom MASKS = new SecureRandom(); // §5.3

    private final WebSocketFrames down = new WebSocketFrames();
    private final WebSocketFrames up = new WebSocketFrames();
    private final boolean possible;
    private volatile boolean begun;
    private volatile long deadline;
    private volatile boolean told;
    private volatile boolean answered;

    /** For a tunnel that carries {@code protocol}. */
    public GoAway(String protocol) {
        possible = protocol.equalsIgnoreCase("websocket");
    }

    /**
     * The client is to go away. A second call changes nothing.
     *
     * @param now of the clock that {@link #isOver} is asked by
     * @return whether it can be told: else it is no WebSocket, and the tunnel is to be cut at once
     */
    public synchronized boolean tryBegin(long now) {
        if (possible && !begun) {
            deadline = now + PATIENCE.toNanos();
            begun = true;
        }
        return possible;
    }

    /** Whether the time since {@link #tryBegin} is over, so that the tunnel is to be cut. */
    public boolean isOver(long now) {
        return begun && now - deadline >= 0;
    }

    // ---- backend to client ----

    /** Takes from bytes of the backend's what may not go to the client any more. */
    public void fromBackend(ByteBuffer bytes) {
        if (told) {
            bytes.position(bytes.limit());
        } else if (begun) {
            bytes.limit(bytes.position() + down.followToBoundary(bytes));
        } else if (possible) {
            down.follow(bytes);
        }
    }

    /** What the client is to be sent now, all that {@link #fromBackend} left being sent: a close frame, once; null if nothing. */
    public @Nullable ByteBuffer toClient() {
        if (!begun || told || !down.isBetweenFrames()) {
            return null;
        }
        told = true;
        return down.isClosing()
                ? null
                : ByteBuffer.allocate(4).put(CLOSE).put((byte) 2).putShort(CODE).flip();
    }

    // ---- client to backend ----

    /** Sees what the client has sent. */
    public void fromClient(ByteBuffer bytes) {
        if (possible) {
            up.follow(bytes);
        }
        if (up.isClosed()) {
            answered = true;
        }
    }

    /** The client has ended its side. */
    public void clientEnded() {
        answered = true;
    }

    /** What the backend is to be sent before the tunnel is cut: a close frame; null if it may have none here. */
    public @Nullable ByteBuffer toBackend() {
        if (answered || up.isClosing() || !up.isBetweenFrames()) {
            return null;
        }
        answered = true; // by us
        int mask = MASKS.nextInt();
        short code = (short) (CODE ^ (mask >>> 16));
        return ByteBuffer.allocate(8)
                .put(CLOSE)
                .put((byte) (MASKED | 2))
                .putInt(mask)
                .putShort(code)
                .flip();
    }

    // ---- both ----

    /** Whether the client was told and has not answered: the tunnel outlasts its backend. */
    public boolean awaitsAnswer() {
        return told && !answered;
    }
}
