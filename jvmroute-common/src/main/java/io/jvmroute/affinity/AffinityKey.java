package io.jvmroute.affinity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The name of a session outside its node: the first 128 bits of the SHA-256 (FIPS 180-4) of its id without the route.
 *
 * <p>A dump of keys yields no usable id, and a new suffix does not make a new key. Immutable.
 *
 * @param high the first eight bytes, big-endian
 * @param low the next eight
 */
public record AffinityKey(long high, long low) {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** The key of the session {@code id}, whatever route it carries. */
    public static AffinityKey ofSession(String id) {
        byte[] hash = sha256().digest(RoutedSessionId.withoutRoute(id).getBytes(UTF_8));
        return new AffinityKey((long) LONG.get(hash, 0), (long) LONG.get(hash, Long.BYTES));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public int hashCode() {
        return (int) high; // bits of a cryptographic hash need no mixing
    }

    /** The kind and the first 32 bits: enough to follow a session through the logs, too little to take it over. */
    @Override
    public String toString() {
        return String.format("session:%08x", high >>> 32);
    }
}
