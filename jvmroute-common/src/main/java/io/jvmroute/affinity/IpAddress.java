package io.jvmroute.affinity;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads addresses as they are written; names are never looked up. */
public final class IpAddress {
    static final int LENGTH_4 = 4;
    private static final int LENGTH_6 = 16;

    private IpAddress() {}

    /**
     * The 4 bytes of an IPv4 or the 16 of an IPv6 address, without its zone; null if it is none. An IPv4 address in the form of IPv6 counts as what it is: a
     * listener of both families shows those.
     */
    public static byte @Nullable [] parse(String address) {
        byte[] bytes = address.indexOf(':') < 0 ? parse4(address) : parse6(address);
        return bytes != null && isMapped(bytes) ? Arrays.copyOfRange(bytes, LENGTH_6 - LENGTH_4, LENGTH_6) : bytes;
    }

    /** RFC 4291 §2.5.5.2. */
    private static boolean isMapped(byte[] bytes) {
        if (bytes.length != LENGTH_6 || bytes[10] != -1 || bytes[11] != -1) {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static byte @Nullable [] parse4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != LENGTH_4) {
            return null;
        }
        byte[] bytes = new byte[LENGTH_4];
        for (int i = 0; i < LENGTH_4; i++) {
            int value = number(parts[i], 10, 3);
            boolean padded = parts[i].length() > 1 && parts[i].charAt(0) == '0'; // octal to some
            if (value < 0 || value > 255 || padded) {
                return null;
            }
            bytes[i] = (byte) value;
        }
        return bytes;
    }

    /** RFC 4291 §2.2, without the zone of RFC 4007. */
    private static byte @Nullable [] parse6(String address) {
        int zone = address.indexOf('%');
        String text = zone < 0 ? address : address.substring(0, zone);
        int gap = text.indexOf("::");
        byte[] before = gap < 0 ? groups(text, /* atEnd= */ true) : groups(text.substring(0, gap), /* atEnd= */ false);
        byte[] after = gap < 0 ? new byte[0] : groups(text.substring(gap + 2), /* atEnd= */ true);
        if (before == null || after == null) {
            return null;
        }
        int length = before.length + after.length;
        if (gap < 0 ? length != LENGTH_6 : length > LENGTH_6 - 2) {
            return null;
        }
        byte[] bytes = Arrays.copyOf(before, LENGTH_6);
        System.arraycopy(after, 0, bytes, LENGTH_6 - after.length, after.length);
        return bytes;
    }

    /** Groups of 16 bits; the last 32 of an address may be written as IPv4. */
    private static byte @Nullable [] groups(String text, boolean atEnd) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        String[] parts = text.split(":", -1);
        String tail = parts[parts.length - 1];
        byte[] last = atEnd && tail.indexOf('.') >= 0 ? parse4(tail) : null;
        int plain = last == null ? parts.length : parts.length - 1;
        byte[] bytes = new byte[2 * plain + (last == null ? 0 : LENGTH_4)];
        for (int i = 0; i < plain; i++) {
            int value = number(parts[i], 16, 4);
            if (value < 0) {
                return null;
            }
            bytes[2 * i] = (byte) (value >> 8);
            bytes[2 * i + 1] = (byte) value;
        }
        if (last != null) {
            System.arraycopy(last, 0, bytes, 2 * plain, LENGTH_4);
        }
        return bytes;
    }

    private static int number(String digits, int radix, int most) {
        if (digits.isEmpty() || digits.length() > most) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) < 0x80 ? Character.digit(digits.charAt(i), radix) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }
}
