package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RawPeer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Session ids as Jetty makes them and as clients bend them, before two nodes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionIdTest {
    private EmbeddedNode one;
    private EmbeddedNode two;

    @BeforeAll
    void start() throws Exception {
        String cluster = "test-" + UUID.randomUUID();
        List<Integer> ports = EmbeddedNode.freePorts(2);
        one = new EmbeddedNode(cluster, "n1", ports.get(0), ports, Map.of()).start();
        two = new EmbeddedNode(cluster, "n2", ports.get(1), ports, Map.of()).start();
        for (EmbeddedNode node : List.of(one, two)) {
            await().until(() -> ((Object[]) node.jmx("Nodes")).length == 2);
        }
    }

    @AfterEach
    void nothingIsInFlight() {
        for (EmbeddedNode node : List.of(one, two)) {
            await().until(() -> node.jmx("ForwardsInFlight").equals(0));
        }
    }

    @AfterAll
    void stop() {
        one.close();
        two.close();
    }

    private static String get(EmbeddedNode node, String path, String cookies) throws Exception {
        try (RawPeer client = RawPeer.connect(node.port())) {
            client.write("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    + (cookies.isEmpty() ? "" : "Cookie: " + cookies + "\r\n") + "\r\n");
            return client.readAll();
        }
    }

    private static String newSession(EmbeddedNode node) throws Exception {
        return get(node, "/session", "").replaceAll("(?s).*Set-Cookie: JSESSIONID=([^;]*);.*", "$1");
    }

    private static String cookie(String id) {
        return "JSESSIONID=" + id;
    }

    @Test
    void twoValidIds_atTheirOwner_are400ByAnyEntry() throws Exception {
        String first = newSession(one);
        String second = newSession(one);

        for (EmbeddedNode entry : List.of(one, two)) {
            assertThat(get(entry, "/session", cookie(first) + "; " + cookie(second)))
                    .startsWith("HTTP/1.1 400");
            assertThat(get(entry, "/session;jsessionid=" + first, cookie(second)))
                    .startsWith("HTTP/1.1 400");
        }
        // What a client does to itself holds nobody else up.
        assertThat(get(two, "/session", cookie(first)))
                .startsWith("HTTP/1.1 200")
                .contains("Node: n1", "Count: 2");
        assertThat(get(one, "/session", cookie(second))).contains("Node: n1", "Count: 2");
    }

    @Test
    void twiceTheSameId_isOneSession() throws Exception {
        String id = newSession(one);

        assertThat(get(two, "/session", cookie(id) + "; " + cookie(id)))
                .startsWith("HTTP/1.1 200")
                .contains("Node: n1", "Count: 2");
        assertThat(get(two, "/session;jsessionid=" + id, cookie(id))).contains("Node: n1", "Count: 3");
    }

    @Test
    void idsOfBothNodes_theLastCookieDecidesAndOneIsValidThere() throws Exception {
        String ofOne = newSession(one);
        String ofTwo = newSession(two);

        for (EmbeddedNode entry : List.of(one, two)) {
            assertThat(get(entry, "/session", cookie(ofTwo) + "; " + cookie(ofOne)))
                    .startsWith("HTTP/1.1 200")
                    .contains("Node: n1")
                    .doesNotContain("Set-Cookie");
        }
    }

    @Test
    void id_beginsWithTheWorkerName_theSuffixCounts() throws Exception {
        String id = newSession(one);
        assertThat(id).startsWith("n1").endsWith(".n1");

        assertThat(get(two, "/plain", cookie("n2" + id))).contains("Node: n1", "Hop: 1");
        assertThat(get(two, "/plain", cookie("n1abc.n2"))).contains("Node: n2", "Verdict: H");
    }

    @Test
    void id_beginsWithAWorkerNameAndHasNoSuffix_isServedHere() throws Exception {
        String bare = newSession(one).replaceAll("\\.n1$", "");

        assertThat(get(two, "/plain", cookie(bare))).contains("Node: n2", "Hop: 0");
        assertThat(get(two, "/plain", cookie("n1"))).contains("Node: n2", "Hop: 0");
        assertThat(get(two, "/plain", cookie("n1."))).contains("Node: n2", "Hop: 0");
    }

    @Test
    void idInAnInnerSegment_isRoutedAsEverywhere_thoughJettyLooksAtTheLastOnly() throws Exception {
        String id = newSession(one);

        String answer = get(two, "/a;jsessionid=" + id + "/session", "");

        assertThat(answer).contains("Node: n1", "Hop: 1", "Seen-Target: /a;jsessionid=" + id + "/session");
        assertThat(answer).contains("Count: 1"); // a session of its own: Jetty has not seen the id
    }

    @Test
    void idsInTwoSegments_theLastCounts() throws Exception {
        String ofOne = newSession(one);
        String ofTwo = newSession(two);
        String path = "/a;jsessionid=" + ofOne + "/session;jsessionid=" + ofTwo;

        for (EmbeddedNode entry : List.of(one, two)) {
            assertThat(get(entry, path, "")).contains("Node: n2").doesNotContain("Set-Cookie");
        }
    }

    @Test
    void idInAnInnerSegment_besideACookie_theCookieCounts() throws Exception {
        String ofOne = newSession(one);
        String ofTwo = newSession(two);

        assertThat(get(one, "/a;jsessionid=" + ofOne + "/session", cookie(ofTwo)))
                .contains("Node: n2", "Count: 2");
    }
}
