package io.jvmroute.http1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The character classes of RFC 9110 §5.5 and §5.6.2, as table look-ups. */
final class Syntax {
    private static final int TOKEN = 1;
    private static final int VALUE = 2;
    private static final int TARGET = 4;
    private static final byte[] CLASSES = classes();
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ONES = 0x0101010101010101L;
    private static final long TOP_BITS = 0x8080808080808080L;

    private Syntax() {}

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (int c = 0; c < 256; c++) {
            boolean visible = c > 0x20 && c != 0x7f;
            if (isAlphanumeric(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
                classes[c] |= TOKEN;
            }
            if (visible || isBlank(c)) {
                classes[c] |= VALUE;
            }
            if (visible) {
                classes[c] |= TARGET;
            }
        }
        return classes;
    }

    private static boolean isAlphanumeric(int c) {
        return isDigit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    static boolean isBlank(int c) {
        return c == ' ' || c == '\t';
    }

    /** What a field value may contain: no control character but the tab. */
    static boolean isValue(int c) {
        return (CLASSES[c & 0xff] & VALUE) != 0;
    }

    /** {@code tchar}: what a method or a field name is made of. */
    static boolean isToken(int c) {
        return (CLASSES[c & 0xff] & TOKEN) != 0;
    }

    /** What we let pass as a target: everything that can't end it. Containers let more through than RFC 3986 does. */
    static boolean isTarget(int c) {
        return (CLASSES[c & 0xff] & TARGET) != 0;
    }

    static boolean isToken(byte[] text, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (!isToken(text[i])) {
                return false;
            }
        }
        return length > 0;
    }

    static boolean isValue(byte[] text, int offset, int length) {
        int end = offset + length;
        int i = offset;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            if (mayHaveControl((long) LONGS.get(text, i)) && !isValueByByte(text, i, i + Long.BYTES)) {
                return false;
            }
        }
        return isValueByByte(text, i, end);
    }

    /**
     * Whether one of eight bytes is below a blank, or DEL: each subtraction borrows from the top bit of such a byte (S. E.
     * Anderson, Bit Twiddling Hacks, "Determine if a word has a byte less than n"). A tab is one of them.
     */
    private static boolean mayHaveControl(long bytes) {
        long belowBlank = (bytes - 0x20 * ONES) & ~bytes;
        long notDel = bytes ^ (0x7f * ONES);
        long del = (notDel - ONES) & ~notDel;
        return ((belowBlank | del) & TOP_BITS) != 0;
    }

    private static boolean isValueByByte(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isValue(text[i])) {
                return false;
            }
        }
        return true;
    }

    /** The value of a hexadecimal digit, or -1. */
    static int hex(int c) {
        if (isDigit(c)) {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    static String describe(int c) {
        return String.format("0x%02x", c);
    }
}
