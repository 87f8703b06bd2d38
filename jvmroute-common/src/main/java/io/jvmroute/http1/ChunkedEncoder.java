package io.jvmroute.http1;

import java.nio.ByteBuffer;

/** Frames the parts of a chunked body (RFC 9112 §7.1): {@link #begin}, the part, {@link #end}; after all parts {@link #last}. */
public final class ChunkedEncoder {
    /** How many bytes {@link #begin} and {@link #end} put at most, together. */
    public static final int OVERHEAD = 8 + 2 + 2;

    /** How many bytes {@link #last} puts. */
    public static final int LAST_LENGTH = 5;

    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private ChunkedEncoder() {}

    /**
     * Puts the size line of a chunk.
     *
     * @param size the number of payload bytes that follow, at least 1: 0 would end the body
     */
    public static void begin(ByteBuffer out, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("chunk size: " + size + " (expected: >= 1)");
        }
        for (int shift = 28 - Integer.numberOfLeadingZeros(size) / 4 * 4; shift >= 0; shift -= 4) {
            out.put((byte) DIGITS[size >> shift & 15]);
        }
        end(out);
    }

    /** Puts what ends the payload of a chunk. */
    public static void end(ByteBuffer out) {
        out.put((byte) '\r').put((byte) '\n');
    }

    /** Puts the last chunk, with no trailers. */
    public static void last(ByteBuffer out) {
        lastSize(out);
        end(out);
    }

    /** Puts the size line of the last chunk; trailer fields and {@link #end} follow. */
    public static void lastSize(ByteBuffer out) {
        out.put((byte) '0');
        end(out);
    }
}
