package io.jvmroute.affinity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

final class KeyedHashTest {
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(US_ASCII);

    private static AffinityKey key(String label, String value) {
        try (AffinityKeyProbe probe = AffinityKeyProbe.ofValue(KeyedHash.of(SECRET, label), value)) {
            return probe.key();
        }
    }

    /** The JDK's own HMAC is the oracle, up to values of 64 KiB and more. */
    @Test
    void key_isHmacSha256() throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KeyedHash.hmac(SECRET, "jvmroute affinity key 1"), "HmacSHA256"));
        for (int length : new int[] {0, 1, 15, 64, 255, 256, 257, 1000, 65_536, 100_000}) {
            String value = "x\u00e9\u4e2d".repeat(length / 3 + 1).substring(0, length);
            mac.update("header(X)\0".getBytes(UTF_8));
            ByteBuffer expected = ByteBuffer.wrap(mac.doFinal(value.getBytes(UTF_16BE)));
            assertThat(key("header(X)", value)).isEqualTo(new AffinityKey(expected.getLong(), expected.getLong()));
        }
    }

    @Test
    void key_ofAnotherKindOrSecret_isAnother() {
        assertThat(key("header(A)", "v")).isNotEqualTo(key("header(B)", "v"));
        try (AffinityKeyProbe probe = AffinityKeyProbe.ofValue(KeyedHash.of(new byte[32], "header(A)"), "v")) {
            assertThat(probe.key()).isNotEqualTo(key("header(A)", "v"));
        }
    }
}
