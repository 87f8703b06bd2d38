package io.jvmroute.affinity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes keys of values that could be guessed, such as addresses: HMAC-SHA256 (RFC 2104) with a key of the cluster, so that a dump of the
 * pins tells no value. Immutable.
 *
 * <p>The two padded blocks are computed once; {@link AffinityKeyProbe} feeds them to its own digest, which allocates nothing.
 */
public final class KeyedHash {
    private static final int BLOCK = 64;

    private final byte[] inner;
    private final byte[] outer;

    private KeyedHash(byte[] inner, byte[] outer) {
        this.inner = inner;
        this.outer = outer;
    }

    /**
     * The hash for one kind of value.
     *
     * @param secret shared by all nodes
     * @param label names the kind: one value of two kinds has two keys
     */
    public static KeyedHash of(byte[] secret, String label) {
        byte[] key = hmac(secret, "jvmroute affinity key 1");
        byte[] text = (label + '\0').getBytes(UTF_8);
        byte[] inner = Arrays.copyOf(padded(key, 0x36), BLOCK + text.length);
        System.arraycopy(text, 0, inner, BLOCK, text.length);
        return new KeyedHash(inner, padded(key, 0x5c));
    }

    private static byte[] padded(byte[] key, int pad) {
        byte[] block = Arrays.copyOf(key, BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            block[i] ^= (byte) pad;
        }
        return block;
    }

    /** HMAC-SHA256 of a text: how keys for different uses are made of one secret (RFC 5869 §2.3, one block). */
    static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    void begin(MessageDigest sha256) {
        sha256.update(inner);
    }

    void beginOuter(MessageDigest sha256) {
        sha256.update(outer);
    }
}
