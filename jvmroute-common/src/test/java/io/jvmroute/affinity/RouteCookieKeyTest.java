package io.jvmroute.affinity;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;

final class RouteCookieKeyTest {
    private static final long FAR = 20_000_000_000L; // beyond 32 bits of seconds

    private final RouteCookieKey key = new RouteCookieKey("0123456789abcdef0123456789abcdef".getBytes(US_ASCII));
    private final RouteCookie cookie = new RouteCookie("n1", new AffinityKey(-5, 7), FAR, FAR + 60);

    @Test
    void open_sealed() {
        assertThat(key.open(key.seal(cookie))).isEqualTo(cookie);
        RouteCookie longest = new RouteCookie("r".repeat(Route.MAX_LENGTH), new AffinityKey(1, 2), 0, 0xffff_ffffL);
        assertThat(key.seal(longest).length()).isLessThanOrEqualTo(RouteCookieKey.MAX_LENGTH);
        assertThat(key.open(key.seal(longest))).isEqualTo(longest);
    }

    @Test
    void open_anyBitChanged_isNothing() {
        byte[] value = key.seal(cookie).getBytes(US_ASCII);
        for (int bit = 0; bit < 8 * value.length; bit++) {
            byte[] forged = value.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(key.open(new String(forged, ISO_8859_1)))
                    .as("bit %s", bit)
                    .isNull();
        }
        byte[] raw = Base64.getUrlDecoder().decode(value);
        for (int bit = 0; bit < 8 * raw.length; bit++) {
            byte[] forged = raw.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(key.open(Base64.getUrlEncoder().encodeToString(forged)))
                    .as("bit %s", bit)
                    .isNull();
        }
    }

    @Test
    void open_truncatedOrExtended_isNothing() {
        String value = key.seal(cookie);
        for (int length = 0; length < value.length(); length++) {
            assertThat(key.open(value.substring(0, length))).isNull();
            assertThat(key.open(value.substring(length + 1))).isNull();
        }
        for (String more : new String[] {"A", "AA", "AAAA", "=", "==", value, " "}) {
            assertThat(key.open(value + more)).isNull();
            assertThat(key.open(more + value)).isNull();
        }
    }

    @Test
    void open_everyByte_isNothing() {
        for (int c = 0; c <= 0x100; c++) {
            assertThat(key.open(String.valueOf((char) c))).isNull();
            assertThat(key.open(String.valueOf((char) c).repeat(92))).isNull();
        }
    }

    @Test
    void open_otherKey_isNothing() {
        RouteCookieKey other = new RouteCookieKey("another secret of 32 characters.".getBytes(US_ASCII));
        assertThat(other.open(key.seal(cookie))).isNull();
    }

    @Test
    void open_ofTheNextVersion_isReadAsFarAsItIsKnown() {
        byte version = RouteCookieKey.NEXT_VERSION;
        String next = key.seal(cookie, version, "more".getBytes(US_ASCII));
        assertThat(key.open(next)).isEqualTo(cookie);
        assertThat(key.open(key.seal(cookie, (byte) (version + 1), new byte[0])))
                .isNull();

        byte[] raw = Base64.getUrlDecoder().decode(next);
        raw[0] = RouteCookieKey.VERSION;
        assertThat(key.open(Base64.getUrlEncoder().encodeToString(raw)))
                .as("passed off as the version before")
                .isNull();
        raw = Base64.getUrlDecoder().decode(key.seal(cookie));
        raw[0] = version;
        assertThat(key.open(Base64.getUrlEncoder().encodeToString(raw)))
                .as("passed off as the next version")
                .isNull();
    }

    @Test
    void seal_tellsNoRoute() {
        String value = key.seal(new RouteCookie("alpha", cookie.id(), 1, 2));
        byte[] raw = Base64.getUrlDecoder().decode(value);
        assertThat(new String(raw, ISO_8859_1)).doesNotContain("alpha");
        assertThat(value).doesNotContain("alpha").hasSameSizeAs(key.seal(cookie));
        // another client of one node shares nothing with it but version and key
        byte[] other = Base64.getUrlDecoder().decode(key.seal(new RouteCookie("alpha", new AffinityKey(1, 1), 1, 2)));
        assertThat(java.util.Arrays.copyOfRange(other, 21, other.length))
                .isNotEqualTo(java.util.Arrays.copyOfRange(raw, 21, raw.length));
    }
}
