package io.jvmroute.affinity;

import java.util.HexFormat;

/**
 * The name of a session outside its node: the first 128 bits of the SHA-256 (FIPS 180-4) of its id without the route.
 *
 * <p>A dump of keys yields no usable id, and a new suffix does not make a new key. Immutable.
 *
 * @param high the first eight bytes, big-endian
 * @param low the next eight
 */
public record AffinityKey(long high, long low) {
    /** The key of the session {@code id}, whatever route it carries. */
    public static AffinityKey ofSession(String id) {
        try (AffinityKeyProbe probe = AffinityKeyProbe.ofSession(id)) {
            return probe.key();
        }
    }

    @Override
    public int hashCode() {
        return hash(high);
    }

    static int hash(long high) {
        return (int) high; // bits of a cryptographic hash need no mixing
    }

    /** The kind and the first 32 bits: enough to follow a session through the logs, too little to take it over. */
    @Override
    public String toString() {
        return "session:" + HexFormat.of().toHexDigits((int) (high >>> 32));
    }
}
