package io.jvmroute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmroute.affinity.SessionDialect;
import io.jvmroute.affinity.SourceSpec;
import io.jvmroute.http.ClientEnd;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AffinityOptionsTest {
    private static AffinityConfigBuilder builder(String options) {
        AffinityConfigBuilder builder = AffinityConfig.builder().containerRoute("n1");
        for (String option : options.split("&", -1)) {
            String[] pair = option.strip().split("=", 2);
            builder.set(pair[0], pair[1]);
        }
        return builder;
    }

    private static AffinityOptions read(String options) {
        return builder(options).build().affinity();
    }

    @Test
    void sources_keepTheirOrder() {
        assertThat(read("affinity=session, cookie, app-cookie(SID;query=sid), header(X-Tenant), client-ip, tls-session")
                        .sources())
                .extracting(SourceSpec::toString)
                .containsExactly(
                        "session",
                        "cookie",
                        "app-cookie(SID;query=sid)",
                        "header(X-Tenant)",
                        "client-ip",
                        "tls-session");
        assertThat(read("affinity=").isBySessionAlone()).isTrue();
        assertThat(read("affinity=session,cookie").isBySessionAlone()).isFalse();
    }

    @Test
    void values_areRead() {
        AffinityOptions options = read("sessionCookie=SID & sessionParameter=sid & sessionDialects=bang, ranked"
                + " & clientIpPrefix=24/64 & affinityTimeout=2h & routeCookieMaxAge=400d & routeCookieIdleTimeout=1d"
                + " & routeCookieAbsoluteTimeout=30d");
        assertThat(options.sessionCookie()).isEqualTo("SID");
        assertThat(options.dialects()).containsExactlyInAnyOrder(SessionDialect.BANG, SessionDialect.RANKED);
        assertThat(options.clientIpPrefix()).hasToString("24/64");
        assertThat(options.timeout()).isEqualTo(Duration.ofHours(2));
        assertThat(options.cookie().maxAge()).isEqualTo(Duration.ofDays(400));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        affinity=cookie, cookie                               | affinity: cookie (expected: each source once)
        routeCookiePartitioned=true                           | routeCookieSecure: auto (expected: true, for routeCookiePartitioned)
        routeCookiePartitioned=true & routeCookieSecure=false | routeCookieSecure: false (expected: true, for routeCookiePartitioned)
        routeCookieSameSite=none                              | routeCookieSecure: auto (expected: true, for routeCookieSameSite=none)
        routeCookieMaxAge=401d                                | routeCookieMaxAge: 401d (expected: at most 400d, browsers keep none longer)
        routeCookieMaxAge=0s                                  | routeCookieMaxAge: 0s (expected: a time from 1s to 10000d such as 30s, 5m, 1h or 30d)
        routeCookieName=__Host-R                              | routeCookieSecure: auto (expected: true, for a name with __Host-)
        routeCookieName=__Secure-R                            | routeCookieSecure: auto (expected: true, for a name with __Secure-)
        routeCookieName=__host-R & routeCookieSecure=true & routeCookieDomain=example.org | routeCookieDomain: example.org (expected: none, for a name with __Host-)
        routeCookieName=__Host-R & routeCookieSecure=true & routeCookiePath=/a | routeCookiePath: /a (expected: /, for a name with __Host-)
        routeCookieName=a b                                   | routeCookieName: a b (expected: a token of RFC 9110)
        routeCookieName=a;b                                   | routeCookieName: a;b (expected: a token of RFC 9110)
        routeCookieDomain=.example.org                        | routeCookieDomain: .example.org (expected: a host name without a leading dot)
        routeCookiePath=shop                                  | routeCookiePath: shop (expected: a path from / without blanks and semicolons)
        routeCookiePath=/;Domain=x                            | routeCookiePath: /;Domain=x (expected: a path from / without blanks and semicolons)
        routeCookieSameSite=relaxed                           | routeCookieSameSite: relaxed (expected: strict or lax or none)
        routeCookieHttpOnly=yes                               | routeCookieHttpOnly: yes (expected: true or false)
        clientIpPrefix=33/64                                  | clientIpPrefix: 33/64 (expected: 1 to 32 bits of IPv4, 1 to 128 of IPv6, such as 32/128 or 24/64)
        trustedProxies=10.0.0.0/8,10.1.0.0.0/16               | trustedProxies: 10.1.0.0.0/16 (expected: an address, or address/bits)
        sessionDialects=weblogic                              | sessionDialects: weblogic (expected: bang or ranked or base64)
        affinityTimeout=10                                    | affinityTimeout: 10 (expected: a time from 1s to 10000d such as 30s, 5m, 1h or 30d)
        """)
    void contradiction_stopsTheStart(String options, String fault) {
        assertThatThrownBy(() -> read(options)).hasMessageContaining(fault);
    }

    @Test
    void faults_areNamedTogether() {
        assertThatThrownBy(() ->
                        read("affinity=sesion, client-ip(x) & routeCookiePartitioned=true & routeCookieMaxAge=500d"))
                .hasMessageContainingAll("sesion", "client-ip(x)", "routeCookiePartitioned", "500d");
    }

    @Test
    void describedRequest_isReadAsASentOne() {
        DescribedRequest request = new DescribedRequest(
                "/a;jsessionid=P?q=1", List.of("Cookie: A=1; B=2; A=3", "X-Tenant:  t1 ", "nonsense"), "192.0.2.1");
        assertThat(request.cookie("A")).isEqualTo("3");
        assertThat(request.cookie("A", 1)).isEqualTo("1");
        assertThat(request.cookie("A", 2)).isNull();
        assertThat(request.header("x-tenant")).isEqualTo("t1");
        assertThat(request.path()).isEqualTo("/a;jsessionid=P");
        assertThat(request.client()).isEqualTo(new ClientEnd("192.0.2.1", 0, "http", "", 80));
        assertThat(Map.of("q", request.target())).containsValue("/a;jsessionid=P?q=1");
    }
}
