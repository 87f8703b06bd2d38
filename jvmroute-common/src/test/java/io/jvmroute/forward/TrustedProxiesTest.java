package io.jvmroute.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.jvmroute.http.ClientEnd;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is believed of whom. */
final class TrustedProxiesTest {
    private static final ClientEnd DIRECT = new ClientEnd("10.0.0.1", 4711, "http", "app.example", 8080);

    private final TrustedProxies trusted = TrustedProxies.of(List.of("10.0.0.0/9", "192.0.2.7", "2001:db8::/33"));

    private String resolved(String... fields) {
        FakeExchange exchange = FakeExchange.get();
        exchange.requestFields.addAll(List.of(fields));
        ClientEnd end = trusted.resolve(DIRECT, exchange);
        return end.address() + " " + end.port() + " " + end.scheme() + " " + end.host() + " " + end.serverPort();
    }

    @ParameterizedTest
    @CsvSource({
        "10.127.255.255,true",
        "10.128.0.0,false",
        "192.0.2.7,true",
        "192.0.2.6,false",
        "2001:db8:7fff::1,true",
        "2001:db8:8000::1,false",
        "localhost,false",
        "'',false"
    })
    void trusts_addressesOfItsRanges(String address, boolean expected) {
        assertThat(trusted.trusts(address)).isEqualTo(expected);
        assertThat(TrustedProxies.NONE.trusts(address)).isFalse();
    }

    @Test
    void of_zeroBits_isEverybody() {
        assertThat(TrustedProxies.of(List.of("0.0.0.0/0")).trusts("203.0.113.9"))
                .isTrue();
        assertThatThrownBy(() -> TrustedProxies.of(List.of("proxy.example")))
                .hasMessage("proxy.example (expected: address or address/bits)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.9|203.0.113.9",
                "203.0.113.9, 10.0.0.5|203.0.113.9",
                "1.2.3.4, 203.0.113.9, 192.0.2.7|203.0.113.9",
                "10.0.0.9, 10.0.0.8|10.0.0.9",
                "2001:db8:ffff::1|2001:db8:ffff::1",
                "\"[2001:db8:ffff::1]:99\"|2001:db8:ffff::1",
                "203.0.113.9:99|203.0.113.9",
                "203.0.113.9, unknown, 10.0.0.5|10.0.0.5",
                "evil.example|10.0.0.1",
                "999.1.1.1|10.0.0.1"
            })
    void resolve_addresses_lastThatIsNotTrusted(String list, String expected) {
        assertThat(resolved("X-Forwarded-For: " + list)).startsWith(expected + " ");
        assertThat(resolved("X-Forwarded-For: 9.9.9.9", "x-forwarded-for: " + list))
                .startsWith((expected.equals("10.0.0.9") ? "9.9.9.9" : expected) + " ");
    }

    @Test
    void resolve_schemeHostAndPort() {
        String address = "X-Forwarded-For: 203.0.113.9";

        assertThat(resolved(address)).isEqualTo("203.0.113.9 0 http app.example 8080");
        assertThat(resolved(address, "X-Forwarded-Proto: https")).isEqualTo("203.0.113.9 0 https app.example 443");
        assertThat(resolved(address, "X-Forwarded-Proto: https", "X-Forwarded-Host: shop.example"))
                .isEqualTo("203.0.113.9 0 https shop.example 443");
        assertThat(resolved(address, "X-Forwarded-Host: shop.example", "X-Forwarded-Port: 81"))
                .isEqualTo("203.0.113.9 0 http shop.example 81");
        assertThat(resolved(address, "X-Forwarded-Host: [::1]:82")).isEqualTo("203.0.113.9 0 http [::1] 82");
        assertThat(resolved(address, "X-Forwarded-Proto: gopher", "X-Forwarded-Host: a/b@c"))
                .isEqualTo("203.0.113.9 0 http app.example 8080");
    }

    @Test
    void resolve_forwarded_precedes() {
        assertThat(resolved(
                        "X-Forwarded-For: 1.1.1.1",
                        "Forwarded: for=1.2.3.4;proto=http, For=\"203.0.113.9:7\"; Proto=https;host=shop.example",
                        "forwarded: for=10.0.0.5;by=10.0.0.6"))
                .isEqualTo("203.0.113.9 0 https shop.example 443");
        assertThat(resolved("Forwarded: for=_hidden;proto=https")).startsWith("10.0.0.1 ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // Host: a;for=6.6.6.6;x= and the like, which a proxy tells as they are
                "for=203.0.113.9;host=\"a;for=6.6.6.6;x=\";proto=https|203.0.113.9 0 https app.example 443",
                "for=203.0.113.9;host=\"a;for=6.6.6.6;host=evil.example;x=\"|203.0.113.9 0 http app.example 8080",
                "for=203.0.113.9;host=\"a,for=6.6.6.6;x=\";proto=https|203.0.113.9 0 https app.example 443",
                "for=203.0.113.9;host=\"a\\\",for=6.6.6.6;x=\\\"\"|203.0.113.9 0 http app.example 8080",
                "for=203.0.113.9;host=\"a\\\\\"|203.0.113.9 0 http app.example 8080",
                "for=\"203.0.\\113.9\";host=\"shop.ex\\ample\"|203.0.113.9 0 http shop.example 80",
                // what a client says before a proxy adds its own can't hide that
                "for=\", for=203.0.113.9|203.0.113.9 0 http app.example 8080",
                "x=\"\\, for=203.0.113.9;host=\"shop.example\"|203.0.113.9 0 http shop.example 80",
                "for=6.6.6.6, for=\", for=10.0.0.5|10.0.0.5 0 http app.example 8080",
                // broken, or two things at once: unknown
                "for=203.0.113.9;for=6.6.6.6|10.0.0.1 4711 http app.example 8080",
                "for=\"\";FOR=6.6.6.6|10.0.0.1 4711 http app.example 8080",
                "for=6.6.6.6;host=\"a|10.0.0.1 4711 http app.example 8080",
                "for=6.6.6.6;host=\"a\\\"|10.0.0.1 4711 http app.example 8080",
                "for=6.6.6.6 for=6.6.6.7|10.0.0.1 4711 http app.example 8080",
                "for=\"6.6.6.6\"7|10.0.0.1 4711 http app.example 8080",
                "for=6.6.6.6;host|10.0.0.1 4711 http app.example 8080"
            })
    void resolve_forwarded_isReadByItsGrammar(String value, String expected) {
        assertThat(resolved("Forwarded: " + value)).isEqualTo(expected);
    }

    @Test
    void resolve_forwardedNotQuotedAsItShouldBe_isBelieved() {
        assertThat(resolved("Forwarded: for=[2001:db8:ffff::1]:99;;host=shop.example:81;"))
                .isEqualTo("2001:db8:ffff::1 0 http shop.example 81");
    }

    @Test
    void resolve_listsOfSameLength_goTogether() {
        assertThat(resolved(
                        "X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.0.0.5",
                        "X-Forwarded-Host: a.example, shop.example, c.example",
                        "X-Forwarded-Proto: http, https, http",
                        "X-Forwarded-Port: 1,2,3"))
                .isEqualTo("203.0.113.9 0 https shop.example 2");
        assertThat(resolved(
                        "X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.0.0.5",
                        "X-Forwarded-Host: a.example, shop.example",
                        "X-Forwarded-Proto: https",
                        "X-Forwarded-Port: 1,2,3,4"))
                .isEqualTo("203.0.113.9 0 https shop.example 4");
    }

    /** Work in the square of a list's length was 235 MB of garbage for 8 KB of commas. */
    @ParameterizedTest
    @CsvSource({"'',1900", "10.0.0.5,900"})
    void resolve_longLists_makesLittleGarbage(String member, int count) {
        String list = String.join(",", Collections.nCopies(count, member));
        String[] fields = {
            "X-Forwarded-For: " + list,
            "X-Forwarded-Host: " + ",".repeat(count - 1),
            "X-Forwarded-Port: " + ",".repeat(count - 1),
            "X-Forwarded-Proto: " + ",".repeat(count - 1)
        };
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());

        String client = resolved(fields);

        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(client).startsWith(member.isEmpty() ? "10.0.0.1 " : "10.0.0.5 ");
        assertThat(allocated).isLessThan(2_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", ";;=", "for", "for=", "for=\"[::1", "=,=;for==1.2.3.4"})
    void resolve_garbage_isTheConnections(String value) {
        assertThat(resolved("Forwarded: " + value)).startsWith("10.0.0.1 ");
        assertThat(resolved("X-Forwarded-For: " + value)).startsWith("10.0.0.1 ");
    }
}
