package io.jvmroute.forward;

import java.nio.ByteBuffer;

/**
 * Where one direction of a WebSocket stands: between two frames or inside one (RFC 6455 §5.2).
 *
 * <pre>
 * between frames --first byte--> HEADER --second, 0 to 8 of the length--> BODY (mask, payload) --> between frames
 * </pre>
 *
 * <p>Looks at headers alone, however they are cut, and keeps no byte. A boundary of frames may lie inside a message; a control frame may stand there
 * (§5.4). Nothing is between frames any more if the length is none. Used by one thread at a time.
 */
final class WebSocketFrames {
    private static final int OPCODE = 0x0f;
    private static final int CLOSE = 0x8;
    private static final int LENGTH = 0x7f;
    private static final int MASK_BYTES = 4;

    private boolean begun; // one byte of the header was seen
    private int lengthBytes; // of the extended length, still to come
    private int mask;
    private long left; // the length so far, or what is to come of mask and payload
    private boolean closing;

    /** Whether the last byte seen was the last of a frame, or none was seen. */
    boolean isBetweenFrames() {
        return !begun && lengthBytes == 0 && left == 0;
    }

    /** Whether a close frame has begun: no other may follow. */
    boolean isClosing() {
        return closing;
    }

    /** Whether a close frame has passed as a whole. What follows it is nothing of the protocol's. */
    boolean isClosed() {
        return closing && isBetweenFrames();
    }

    /** Sees the bytes of a buffer, which stays as it is. */
    void follow(ByteBuffer bytes) {
        int at = bytes.position();
        while (at < bytes.limit()) {
            at = step(bytes, at);
        }
    }

    /**
     * Sees the bytes of a buffer up to the next boundary; none, if this stands at one.
     *
     * @return how many: the buffer stays as it is
     */
    int followToBoundary(ByteBuffer bytes) {
        int at = bytes.position();
        while (at < bytes.limit() && !isBetweenFrames()) {
            at = step(bytes, at);
        }
        return at - bytes.position();
    }

    private int step(ByteBuffer bytes, int at) {
        if (isClosed()) {
            return bytes.limit();
        }
        if (lengthBytes > 0) {
            left = left << 8 | (bytes.get(at) & 0xff);
            if (--lengthBytes == 0) {
                beginBody(left);
            }
        } else if (left > 0) {
            int passed = (int) Math.min(left, bytes.limit() - at);
            left -= passed;
            return at + passed;
        } else if (begun) {
            takeSecond(bytes.get(at));
        } else {
            begun = true;
            closing = (bytes.get(at) & OPCODE) == CLOSE;
        }
        return at + 1;
    }

    private void takeSecond(byte second) {
        begun = false;
        mask = second < 0 ? MASK_BYTES : 0;
        int length = second & LENGTH;
        switch (length) {
            case 126 -> lengthBytes = Short.BYTES;
            case 127 -> lengthBytes = Long.BYTES;
            default -> beginBody(length);
        }
    }

    /** A length of 2^63 or more is none (§5.2): that frame has no end. */
    private void beginBody(long length) {
        left = length < 0 || length > Long.MAX_VALUE - mask ? Long.MAX_VALUE : length + mask;
    }
}
