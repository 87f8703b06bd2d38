package io.jvmroute.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.affinity.RouteCookieForm.SameSite;
import io.jvmroute.affinity.RouteCookieForm.Secure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RouteCookieFormTest {
    @Test
    void setCookie_defaults() {
        assertThat(RouteCookieForm.DEFAULT.setCookie("v", /* https= */ false, 0))
                .isEqualTo("JVMROUTE=v; Path=/; HttpOnly; SameSite=Lax");
        assertThat(RouteCookieForm.DEFAULT.setCookie("v", /* https= */ true, 0))
                .isEqualTo("JVMROUTE=v; Path=/; Secure; HttpOnly; SameSite=Lax");
    }

    @Test
    void setCookie_everything() {
        RouteCookieForm form = new RouteCookieForm(
                "__Secure-R",
                Duration.ofMinutes(5),
                Duration.ZERO,
                Duration.ofMinutes(4),
                SameSite.NONE,
                Secure.TRUE,
                /* httpOnly= */ false,
                "example.org",
                "/shop",
                /* partitioned= */ true);
        assertThat(form.faults()).isEmpty();
        assertThat(form.setCookie("v", /* https= */ false, 60))
                .isEqualTo("__Secure-R=v; Path=/shop; Domain=example.org; Max-Age=180; Secure; SameSite=None;"
                        + " Partitioned");
    }

    @Test
    void cookie_expiresByEitherTimeout() {
        RouteCookie cookie = new RouteCookie("n1", new AffinityKey(1, 2), 1000, 1100);
        Duration none = Duration.ZERO;
        Duration minute = Duration.ofSeconds(60);
        assertThat(cookie.isExpired(1_000_000, none, none)).isFalse();
        assertThat(cookie.isExpired(1160, minute, none)).isFalse();
        assertThat(cookie.isExpired(1161, minute, none)).isTrue();
        assertThat(cookie.isExpired(1060, none, minute)).isFalse();
        assertThat(cookie.isExpired(1061, none, minute)).isTrue();
        assertThat(cookie.isDue(1106, minute)).isFalse();
        assertThat(cookie.isDue(1107, minute)).isTrue();
        assertThat(cookie.isDue(1_000_000, none)).isFalse();
    }
}
