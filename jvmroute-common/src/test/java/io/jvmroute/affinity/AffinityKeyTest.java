package io.jvmroute.affinity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AffinityKeyTest {
    private static final String ID = "5E3A9C01D2B84F67";

    /** FIPS 180-4, the examples "abc" and "". */
    @Test
    void ofSession_isSha256() {
        assertThat(AffinityKey.ofSession("abc")).isEqualTo(new AffinityKey(0xba7816bf8f01cfeaL, 0x414140de5dae2223L));
        assertThat(AffinityKey.ofSession("")).isEqualTo(new AffinityKey(0xe3b0c44298fc1c14L, 0x9afbf4c8996fb924L));
    }

    @ParameterizedTest
    @ValueSource(strings = {".n1", ".n2", ".", ".b.n1", ".gone"})
    void ofSession_otherSuffix_isTheSame(String suffix) {
        AffinityKey key = AffinityKey.ofSession(ID + suffix);
        assertThat(key).isEqualTo(AffinityKey.ofSession(ID)).hasSameHashCodeAs(AffinityKey.ofSession(ID));
    }

    @Test
    void ofSession_otherId_isAnother() {
        Set<AffinityKey> keys = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            keys.add(AffinityKey.ofSession("session" + i));
        }
        assertThat(keys).hasSize(10_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"A1", "ä", "\u20ac", "\ud83d\ude00", "a\u0000b", "a\u007f", "a\u0080"})
    void ofSession_beyondAscii_isSha256OfUtf8(String id) throws Exception {
        ByteBuffer hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(id.getBytes(UTF_8)));
        assertThat(AffinityKey.ofSession(id + ".n1")).isEqualTo(new AffinityKey(hash.getLong(), hash.getLong()));
    }

    @Test
    void ofSession_oversize_isHashedWhole() {
        String id = "a".repeat(100_000);
        assertThat(AffinityKey.ofSession(id + "1.n1")).isNotEqualTo(AffinityKey.ofSession(id + "2.n1"));
        assertThat(AffinityKey.ofSession(id + "1.n1")).isEqualTo(AffinityKey.ofSession(id + "1.n2"));
    }

    @Test
    void toString_kindAndShortHash() {
        assertThat(AffinityKey.ofSession("abc.n1")).hasToString("session:ba7816bf");
        assertThat(new AffinityKey(1, 2)).hasToString("session:00000000");
        assertThat(AffinityKey.ofSession(ID + ".n1").toString())
                .doesNotContain(ID)
                .doesNotContain("n1");
    }
}
