package io.jvmroute.cluster;

import io.jvmroute.affinity.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ranges of addresses, such as {@code 10.0.0.0/8}, {@code 192.0.2.7} or {@code 2001:db8::/32}. Immutable; names are never looked up. */
public final class AddressRanges {
    /** No address. */
    public static final AddressRanges NONE = new AddressRanges(List.of());

    private final List<Range> ranges;

    private static final class Range {
        private final byte[] network;
        private final int bits;

        Range(byte[] network, int bits) {
            this.network = network;
            this.bits = bits;
        }

        boolean contains(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                if (((address[bit / 8] ^ network[bit / 8]) & (0x80 >> bit % 8)) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private AddressRanges(List<Range> ranges) {
        this.ranges = ranges;
    }

    /**
     * The addresses in any of these ranges.
     *
     * @throws IllegalArgumentException if one is none
     */
    public static AddressRanges of(List<String> cidrs) {
        List<Range> ranges = new ArrayList<>();
        for (String cidr : cidrs) {
            Range range = range(cidr);
            if (range == null) {
                throw new IllegalArgumentException(cidr + " (expected: address or address/bits)");
            }
            ranges.add(range);
        }
        return new AddressRanges(List.copyOf(ranges));
    }

    /** Whether the text is a range of addresses. */
    public static boolean isRange(String cidr) {
        return range(cidr) != null;
    }

    private static @Nullable Range range(String cidr) {
        int slash = cidr.indexOf('/');
        byte[] network = parse(slash < 0 ? cidr : cidr.substring(0, slash));
        if (network == null) {
            return null;
        }
        if (slash < 0) {
            return new Range(network, 8 * network.length);
        }
        String bits = cidr.substring(slash + 1);
        boolean valid = bits.matches("\\d{1,3}") && Integer.parseInt(bits) <= 8 * network.length;
        return valid ? new Range(network, Integer.parseInt(bits)) : null;
    }

    /** An address with a zone is of one machine alone: no range holds it. */
    private static byte @Nullable [] parse(String address) {
        return address.indexOf('%') < 0 ? IpAddress.parse(address) : null;
    }

    /** Whether {@code address} is one, and not a name. */
    public static boolean isAddress(String address) {
        return parse(address) != null;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** Whether {@code address} lies in one of them; never, if it is a name. */
    public boolean contains(String address) {
        byte[] bytes = parse(address);
        return bytes != null && ranges.stream().anyMatch(range -> range.contains(bytes));
    }
}
