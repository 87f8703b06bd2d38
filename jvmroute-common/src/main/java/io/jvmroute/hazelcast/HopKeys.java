package io.jvmroute.hazelcast;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jvmroute.cluster.HopKey;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes hop keys: from the shared secret, or random ones. */
final class HopKeys {
    private static final int ID_BYTES = 4;
    private static final SecureRandom RANDOM = new SecureRandom();

    private HopKeys() {}

    /**
     * One key for each of the comma-separated secrets.
     *
     * @throws IllegalArgumentException if one is blank
     */
    static List<HopKey> derive(String secrets) {
        List<HopKey> keys = new ArrayList<>();
        for (String secret : secrets.split(",", /* keep trailing blanks */ -1)) {
            if (secret.isBlank()) {
                throw new IllegalArgumentException("secret: blank (expected: text, or new,old while rotating)");
            }
            byte[] text = secret.strip().getBytes(UTF_8);
            keys.add(new HopKey(id(hmac(text, "jvmroute hop key id")), hmac(text, "jvmroute hop key")));
        }
        return List.copyOf(keys);
    }

    /** A key that nobody has had before. */
    static HopKey random() {
        byte[] secret = new byte[HopKey.MIN_BYTES];
        RANDOM.nextBytes(secret);
        return new HopKey(id(hmac(secret, "jvmroute hop key id")), secret);
    }

    /** HMAC-SHA256 (RFC 2104, FIPS 180-4). */
    static byte[] hmac(byte[] key, String message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(message.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    private static String id(byte[] hash) {
        return HexFormat.of().formatHex(hash, 0, ID_BYTES);
    }
}
