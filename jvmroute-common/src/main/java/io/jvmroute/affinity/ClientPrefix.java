package io.jvmroute.affinity;

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
        byte[] bytes = IpAddress.parse(address);
        if (bytes == null) {
            return null;
        }
        int bits = bytes.length == IpAddress.LENGTH_4 ? bits4 : bits6;
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.min(8, Math.max(0, bits - 8 * i));
            bytes[i] &= (byte) (0xff << (8 - kept));
        }
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public String toString() {
        return bits4 + "/" + bits6;
    }
}
