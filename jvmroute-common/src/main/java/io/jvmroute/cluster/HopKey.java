package io.jvmroute.cluster;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A key that all nodes share to authenticate hops. Immutable; the secret is never logged. */
public final class HopKey {
    /** The least number of secret bytes: the output length of SHA-256 (RFC 2104 §3). */
    public static final int MIN_BYTES = 32;

    private final String id;
    private final byte[] secret;

    /**
     * A key.
     *
     * @param id a short public name, so that two keys can live side by side while one replaces the other
     * @param secret at least {@value #MIN_BYTES} bytes; copied
     * @throws IllegalArgumentException if the secret is shorter
     */
    public HopKey(String id, byte[] secret) {
        if (secret.length < MIN_BYTES) {
            throw new IllegalArgumentException(
                    "hop key " + id + ": " + secret.length + " bytes (expected: >= " + MIN_BYTES + ")");
        }
        this.id = id;
        this.secret = secret.clone();
    }

    /** The public name. */
    public String id() {
        return id;
    }

    /** A copy of the secret. */
    public byte[] secret() {
        return secret.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HopKey that && id.equals(that.id) && MessageDigest.isEqual(secret, that.secret);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /** The id alone. */
    @Override
    public String toString() {
        return "HopKey[" + id + "]";
    }
}
