package io.jvmroute;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.affinity.AffinitySecrets;
import io.jvmroute.affinity.RouteCookieForm;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RouteCookiesTest {
    private static final byte[] OLD = "the old secret of 32 characters.".getBytes(US_ASCII);
    private static final byte[] NEW = "the new secret of 32 characters.".getBytes(US_ASCII);

    private AffinitySecrets secrets = new AffinitySecrets(List.of(OLD));
    private long now = 1_000_000;

    private RouteCookies cookies(Duration idle, Duration absolute) {
        RouteCookieForm form = RouteCookieForm.DEFAULT;
        return new RouteCookies(
                new RouteCookieForm(
                        form.name(),
                        form.maxAge(),
                        idle,
                        absolute,
                        form.sameSite(),
                        form.secure(),
                        form.httpOnly(),
                        form.domain(),
                        form.path(),
                        form.partitioned()),
                () -> secrets,
                () -> now);
    }

    private static RouteCookies.Reading read(RouteCookies cookies, String... values) {
        List<String> all = Stream.of(values).map(value -> "JVMROUTE=" + value).toList();
        return cookies.read(new DescribedRequest("/", List.of("Cookie: " + String.join("; ", all)), ""));
    }

    private static String value(String setCookie) {
        return setCookie.substring("JVMROUTE=".length(), setCookie.indexOf(';'));
    }

    private static String first(RouteCookies cookies, String route) {
        return value(cookies.setCookie(RouteCookies.Reading.NONE, route, /* https= */ false));
    }

    /** As java.net.CookieManager sends what has a Max-Age. */
    @Test
    void read_quoted_isTheSame() {
        RouteCookies cookies = cookies(Duration.ZERO, Duration.ZERO);
        RouteCookies.Reading reading = read(cookies, '"' + first(cookies, "n1") + '"');
        assertThat(cookies.setCookie(reading, "n1", /* https= */ false)).isNull();
        assertThat(cookies.refused()).isZero();
    }

    @Test
    void setCookie_onlyMissingChangedOrDue() {
        RouteCookies cookies = cookies(Duration.ofMinutes(10), Duration.ZERO);
        String sent = first(cookies, "n1");
        RouteCookies.Reading known = read(cookies, sent);
        assertThat(cookies.setCookie(known, "n1", false)).isNull();
        assertThat(cookies.setCookie(known, "n2", false)).isNotNull();
        now += 61;
        String renewed = cookies.setCookie(read(cookies, sent), "n1", false);
        assertThat(renewed).isNotNull();
        assertThat(read(cookies, value(renewed)).cookie().id())
                .isEqualTo(known.cookie().id());
    }

    @Test
    void cookie_expired_isAbsentAndCounted() {
        RouteCookies cookies = cookies(Duration.ofMinutes(10), Duration.ofHours(1));
        String sent = first(cookies, "n1");
        now += 601;
        assertThat(read(cookies, sent).cookie()).isNull();
        assertThat(cookies.expired()).isEqualTo(1);
        assertThat(cookies.refused()).isZero();
    }

    /** New beside old, then new alone: a client that comes in between is never lost, and changes to the new key. */
    @Test
    void rotation_losesNoClient() {
        RouteCookies cookies = cookies(Duration.ZERO, Duration.ZERO);
        String old = first(cookies, "n1");
        secrets = new AffinitySecrets(List.of(NEW, OLD));
        RouteCookies.Reading reading = read(cookies, old);
        assertThat(reading.cookie().route()).isEqualTo("n1");
        String resealed = cookies.setCookie(reading, "n1", false);
        secrets = new AffinitySecrets(List.of(NEW));
        assertThat(read(cookies, value(resealed)).cookie())
                .isEqualTo(reading.cookie().reissued("n1", now));
        assertThat(read(cookies, old).cookie()).isNull();
        assertThat(cookies.refused()).isEqualTo(1);
    }

    @Test
    void cookies_several_theGoodOneCounts() {
        RouteCookies cookies = cookies(Duration.ZERO, Duration.ZERO);
        String good = first(cookies, "n1");
        assertThat(read(cookies, good, "garbage").cookie().route()).isEqualTo("n1");
        assertThat(read(cookies, "garbage", good).cookie().route()).isEqualTo("n1");
        String[] many = IntStream.range(0, 200).mapToObj(i -> "x" + i).toArray(String[]::new);
        assertThat(read(cookies, many).cookie()).isNull();
        assertThat(cookies.refused()).isEqualTo(9); // a few are tried, not all
    }

    @Test
    void cookie_beforeTheClusterIsJoined_isNone() {
        RouteCookies cookies = cookies(Duration.ZERO, Duration.ZERO);
        String sent = first(cookies, "n1");
        secrets = AffinitySecrets.NONE;
        assertThat(read(cookies, sent).cookie()).isNull();
        assertThat(cookies.setCookie(RouteCookies.Reading.NONE, "n1", false)).isNull();
    }

    @Test
    void needsPrivate_unlessSharedCachesKeepOff() {
        assertThat(RequestAffinity.needsPrivate(List.of())).isTrue();
        assertThat(RequestAffinity.needsPrivate(List.of("public, max-age=60"))).isTrue();
        assertThat(RequestAffinity.needsPrivate(List.of("max-age=60", "Private")))
                .isFalse();
        assertThat(RequestAffinity.needsPrivate(List.of("no-store"))).isFalse();
    }
}
