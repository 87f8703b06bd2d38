package io.jvmroute.affinity;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * How much of an address is one client: providers change the rest of it, above all with IPv6. Pure; names are never looked up.
 *
 * @param bits4 of an IPv4 address, 1 to 32
 * @param bits6 of an IPv6 address, 1 to 128
 */
public record ClientPrefix(int bits4, int bits6) {
    /** Whole addresses. */
    public static final ClientPrefix WHOLE = new ClientPrefix(32, 128);

    private static final int LENGTH_4 = 4;
    private static final int LENGTH_6 = 16;

    /** Checks both. */
    public ClientPrefix {
        if (bits4 < 1 || bits4 > 32 || bits6 < 1 || bits6 > 128) {
            throw new IllegalArgumentException(
                    "clientIpPrefix: " + bits4 + "/" + bits6 + " (expected: 1 to 32 / 1 to 128)");
        }
    }

    /** What {@code text} says, such as {@code 24/64}; null if it is not that. */
    public static @Nullable ClientPrefix parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 2 || !parts[0].matches("\\d{1,3}") || !parts[1].matches("\\d{1,3}")) {
            return null;
        }
        int bits4 = Integer.parseInt(parts[0]);
        int bits6 = Integer.parseInt(parts[1]);
        return bits4 >= 1 && bits4 <= 32 && bits6 >= 1 && bits6 <= 128 ? new ClientPrefix(bits4, bits6) : null;
    }

    /** The network that {@code address} lies in: one text for all spellings. Null if it is no address. */
    public @Nullable String network(String address) {
        byte[] bytes = address.indexOf(':') < 0 ? parse4(address) : parse6(address);
        if (bytes == null) {
            return null;
        }
        if (isMapped(bytes)) {
            bytes = Arrays.copyOfRange(bytes, LENGTH_6 - LENGTH_4, LENGTH_6);
        }
        int bits = bytes.length == LENGTH_4 ? bits4 : bits6;
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.min(8, Math.max(0, bits - 8 * i));
            bytes[i] &= (byte) (0xff << (8 - kept));
        }
        return HexFormat.of().formatHex(bytes);
    }

    /** An IPv4 address in the form of IPv6 (RFC 4291 §2.5.5.2): a listener of both families shows those. */
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
            if (value < 0 || value > 255) {
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

    @Override
    public String toString() {
        return bits4 + "/" + bits6;
    }
}
