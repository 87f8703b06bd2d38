package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What <a href="https://gateway-api.sigs.k8s.io/geps/gep-1619/">GEP-1619</a> asks of session persistence, by clients with a cookie jar through real
 * Tomcats.
 */
final class SessionPersistenceIT {
    private static final int SESSION_RULE = 0;
    private static final int PERMANENT_RULE = 1;
    private static final int REQUESTS = 50;
    private static final int CLIENTS = 1000;
    private static final HttpClient WITHOUT_JAR =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static PersistenceNodes nodes;

    /** Somebody with a browser of their own. */
    private static final class Visitor {
        final CookieManager jar = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
        final HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .cookieHandler(jar)
                .build();

        HttpResponse<String> ask(int rule) throws IOException, InterruptedException {
            HttpResponse<String> response = client.send(request(rule).build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            return response;
        }

        Set<String> homes(int rule, int requests) throws IOException, InterruptedException {
            Set<String> homes = new HashSet<>();
            for (int i = 0; i < requests; i++) {
                homes.add(ask(rule).body());
            }
            return homes;
        }

        HttpCookie cookie(String name) {
            return jar.getCookieStore().getCookies().stream()
                    .filter(cookie -> cookie.getName().equals(name))
                    .findAny()
                    .orElseThrow();
        }

        /** What a browser forgets when it ends: cookies without an end of their own (RFC 6265 §5.3). */
        void restart() {
            List<HttpCookie> all = List.copyOf(jar.getCookieStore().getCookies());
            for (HttpCookie cookie : all) {
                if (cookie.getMaxAge() < 0) {
                    jar.getCookieStore().remove(nodes.where(SESSION_RULE), cookie);
                }
            }
        }
    }

    private static HttpRequest.Builder request(int rule) {
        URI where = nodes.where(rule);
        return HttpRequest.newBuilder(where).timeout(Duration.ofMinutes(3));
    }

    @BeforeAll
    static void start() throws Exception {
        nodes = PersistenceNodes.start(
                "persistence",
                "affinity=\"cookie, header(X-Tenant)\" balance=\"round-robin\" routeCookieName=\"SHOP\"",
                "affinity=\"cookie\" balance=\"round-robin\" routeCookieName=\"WIKI\" routeCookieMaxAge=\"5m\"");
        for (int rule : List.of(SESSION_RULE, PERMANENT_RULE)) {
            Awaitility.await().until(() -> bothServe(rule));
        }
    }

    private static boolean bothServe(int rule) throws Exception {
        Set<String> homes = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            homes.add(WITHOUT_JAR
                    .send(request(rule).build(), BodyHandlers.ofString())
                    .body());
        }
        return homes.equals(Set.of("n1", "n2"));
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @Test
    void firstResponse_setsTheCookie_allAfterItStay() throws Exception {
        Visitor visitor = new Visitor();
        HttpResponse<String> first = visitor.ask(SESSION_RULE);
        assertThat(first.headers().allValues("Set-Cookie"))
                .singleElement()
                .asString()
                .startsWith("SHOP=");
        assertThat(visitor.homes(SESSION_RULE, REQUESTS)).containsExactly(first.body());
    }

    @Test
    void sessionType_hasNoEnd_andGoesWithTheBrowser() throws Exception {
        Visitor visitor = new Visitor();
        assertThat(visitor.ask(SESSION_RULE).headers().firstValue("Set-Cookie").orElseThrow())
                .doesNotContainIgnoringCase("expires")
                .doesNotContainIgnoringCase("max-age");
        assertThat(visitor.cookie("SHOP").getMaxAge()).isNegative();
        visitor.restart();
        assertThat(visitor.ask(SESSION_RULE).headers().allValues("Set-Cookie")).hasSize(1);
    }

    @Test
    void permanentType_hasTheMaxAgeAskedFor_andOutlivesTheBrowser() throws Exception {
        Visitor visitor = new Visitor();
        HttpResponse<String> first = visitor.ask(PERMANENT_RULE);
        assertThat(first.headers().firstValue("Set-Cookie").orElseThrow()).contains("; Max-Age=300");
        assertThat(visitor.cookie("WIKI").getMaxAge()).isEqualTo(300);
        visitor.restart();
        HttpResponse<String> next = visitor.ask(PERMANENT_RULE);
        assertThat(next.headers().allValues("Set-Cookie")).isEmpty();
        assertThat(next.body()).isEqualTo(first.body());
    }

    @Test
    void weights_holdForFirstRequests_andAreIgnoredAfterwards() throws Exception {
        Map<String, Integer> firsts = new HashMap<>();
        for (int i = 0; i < CLIENTS; i++) {
            HttpResponse<String> first = WITHOUT_JAR.send(request(SESSION_RULE).build(), BodyHandlers.ofString());
            firsts.merge(first.body(), 1, Integer::sum);
        }
        assertThat(firsts.get("n1")).isBetween(CLIENTS * 67 / 100, CLIENTS * 73 / 100);

        Visitor light = new Visitor();
        while (!light.ask(SESSION_RULE).body().equals("n2")) {
            light.jar.getCookieStore().removeAll();
        }
        assertThat(light.homes(SESSION_RULE, REQUESTS)).containsExactly("n2");
    }

    @Test
    void twoRules_keepTwoPins() throws Exception {
        Visitor visitor = new Visitor();
        String shop = visitor.ask(SESSION_RULE).body();
        String wiki = visitor.ask(PERMANENT_RULE).body();
        while (wiki.equals(shop)) {
            visitor.jar.getCookieStore().remove(nodes.where(PERMANENT_RULE), visitor.cookie("WIKI"));
            wiki = visitor.ask(PERMANENT_RULE).body();
        }
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(visitor.ask(SESSION_RULE).body()).isEqualTo(shop);
            assertThat(visitor.ask(PERMANENT_RULE).body()).isEqualTo(wiki);
        }
    }

    @Test
    void headerType_keepsAClientWithoutCookies() throws Exception {
        Set<String> used = new HashSet<>();
        for (int tenant = 0; tenant < 20; tenant++) {
            Set<String> homes = new HashSet<>();
            for (int i = 0; i < REQUESTS / 5; i++) {
                HttpRequest request = request(SESSION_RULE)
                        .header("X-Tenant", "tenant " + tenant)
                        .build();
                homes.add(WITHOUT_JAR.send(request, BodyHandlers.ofString()).body());
            }
            assertThat(homes).as("tenant %d", tenant).hasSize(1);
            used.addAll(homes);
        }
        assertThat(used).containsExactlyInAnyOrder("n1", "n2");
    }
}
