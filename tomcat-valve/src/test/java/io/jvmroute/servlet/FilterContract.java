package io.jvmroute.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.TestKeys;
import io.jvmroute.testing.TestNode;
import io.jvmroute.testing.TlsClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the filter does in every container: two servers of a kind, n1 and n2. */
abstract class FilterContract {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String cluster = "test-" + UUID.randomUUID();
    private final FilteredServer.Factory factory;
    private List<Integer> ports = List.of();
    private final Map<String, FilteredServer> servers = new HashMap<>();

    FilterContract(FilteredServer.Factory factory) {
        this.factory = factory;
    }

    @BeforeEach
    void choosePorts() {
        ports = TestNode.freePorts(4);
    }

    void start(boolean named) throws Exception {
        for (int i = 0; i < 2; i++) {
            String route = "n" + (i + 1);
            Map<String, String> options = Map.of(
                    "statusPath",
                    "/jvmroute",
                    "statusToken",
                    "0123456789abcdef",
                    "route",
                    route,
                    "url",
                    "http://127.0.0.1:" + ports.get(i),
                    "clusterName",
                    cluster,
                    "hazelcastPort",
                    String.valueOf(ports.get(2 + i)),
                    "members",
                    "127.0.0.1:" + ports.get(2) + ",127.0.0.1:" + ports.get(3));
            servers.put(
                    route,
                    factory.start(
                            new FilteredServer.Setup(ports.get(i), named ? route : null, new FilterProbe(route), null),
                            options));
        }
        for (String route : servers.keySet()) {
            await().until(() -> ready(route) == 2);
        }
    }

    private static long ready(String route) throws JMException {
        Object[] nodes = (Object[]) jmx(route, "Nodes");
        return IntStream.range(0, nodes.length)
                .filter(i -> nodes[i].toString().matches("n\\d READY http.*"))
                .count();
    }

    static Object jmx(String route, String attribute) throws JMException {
        return ManagementFactory.getPlatformMBeanServer()
                .getAttribute(new ObjectName("io.jvmroute:type=Affinity,route=" + route), attribute);
    }

    @AfterEach
    void stop() throws Exception {
        try {
            for (String route : servers.keySet()) { // a client may have its answer before the filter's turn is over
                await().until(() -> jmx(route, "ForwardsInFlight").equals(0));
            }
        } finally {
            for (FilteredServer server : servers.values()) {
                server.stop();
            }
        }
    }

    HttpRequest.Builder request(String route, String path, String id) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.get(route.equals("n1") ? 0 : 1) + path));
        return id.isEmpty() ? request : request.header("Cookie", "JSESSIONID=" + id);
    }

    HttpResponse<String> get(String route, String path, String id) throws Exception {
        return client.send(request(route, path, id).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    static String sessionId(HttpResponse<?> response) {
        return header(response, "Set-Cookie").replaceAll("JSESSIONID=([^;]*);?.*", "$1");
    }

    @Test
    void session_anyNode_servedByItsOwnerAsIfThereWereNoHop() throws Exception {
        start(/* named= */ true);
        HttpResponse<String> made = get("n1", "/session", "");
        assertThat(header(made, "Verdict")).isEqualTo("N");
        String id = sessionId(made);
        assertThat(id).endsWith(".n1");

        HttpResponse<String> home = get("n1", "/session", id);
        HttpResponse<String> hop = get("n2", "/session", id);
        HttpResponse<String> byPath = get("n2", "/session;jsessionid=" + id, "");

        assertThat(List.of(home.body(), hop.body(), byPath.body())).containsOnly("n1");
        assertThat(header(home, "Count") + header(hop, "Count") + header(byPath, "Count"))
                .isEqualTo("234");
        assertThat(header(hop, "Hop")).isEqualTo("1");
        assertThat(header(hop, "Seen-Client")).isEqualTo("127.0.0.1");
        assertThat(header(hop, "Seen-Url")).isEqualTo("http://127.0.0.1:" + ports.get(1) + "/session");
        assertThat(header(hop, "Seen-Hop-Header")).isEqualTo("null");
        assertThat(hop.headers().allValues("Twice")).containsExactly("one", "two");
        assertThat(hop.headers().allValues("Content-Length")).hasSizeLessThan(2);
        assertThat(header(get("n2", "/redirect", id), "Location"))
                .isIn("/elsewhere", "http://127.0.0.1:" + ports.get(1) + "/elsewhere");
    }

    @Test
    void sessionIds_several_theOneWithAKnownRouteCounts() throws Exception {
        start(/* named= */ true);
        for (String ids : List.of("a.n1; JSESSIONID=b", "a.n9; JSESSIONID=b.n1; JSESSIONID=c.n8")) {
            String home = get("n2", "/plain", ids).body();
            assertThat(home).isEqualTo(tellsAllCookies() ? "n1" : home);
        }
    }

    @Test
    void status_isAnsweredBeforeTheApplication() throws Exception {
        start(/* named= */ true);
        HttpResponse<String> status = get("n1", "/jvmroute/status.json", "");
        assertThat(status.statusCode()).isEqualTo(200);
        assertThat(status.body()).contains("\"route\":\"n1\",\"mode\":\"peer\",\"state\":\"READY\"");
        assertThat(header(status, "Cache-Control")).isEqualTo("no-store");
        assertThat(send(request("n1", "/jvmroute/status.json", "").header("X-Forwarded-For", "127.0.0.1"))
                        .statusCode())
                .isEqualTo(403);
        HttpResponse<String> drained = send(request("n1", "/jvmroute/control", "")
                .header("Authorization", "Bearer 0123456789abcdef")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("action=drain")));
        assertThat(drained.body()).contains("\"state\":\"DRAINING\",\"changed\":true");
        assertThat(get("n1", "/jvmroute/ready", "").statusCode()).isEqualTo(503);
    }

    /** Where the container has no name of its own, the pin says whose a session is. */
    @Test
    void session_ofAnUnnamedContainer_servedByItsOwner() throws Exception {
        start(/* named= */ false);
        String id = sessionId(get("n1", "/session", ""));
        await().until(() -> jmx("n2", "MovedPins").equals(1));
        for (int i = 2; i < 6; i++) {
            HttpResponse<String> answer = get("n" + (1 + i % 2), "/session", id);
            assertThat(answer.body()).isEqualTo("n1");
            assertThat(header(answer, "Count")).isEqualTo(String.valueOf(i));
        }
        get("n2", "/logout", id);
        await().until(() -> jmx("n2", "MovedPins").equals(0));
    }

    @Test
    void tlsSession_resumed_isPinned_unlessItIsOfTls13(@TempDir Path folder) throws Exception {
        Path key = TestKeys.key(folder, "dns:localhost");
        Path trust = TestKeys.trust(key);
        Map<String, String> options = Map.of(
                "route",
                "n1",
                "url",
                "https://localhost:" + ports.get(0),
                "trustStore",
                trust.toString(),
                "trustStorePassword",
                TestKeys.PASSWORD,
                "clusterName",
                cluster,
                "hazelcastPort",
                String.valueOf(ports.get(2)),
                "affinity",
                "tls-session");
        SSLContext tls = TestKeys.client(key, trust);
        servers.put(
                "n1", factory.start(new FilteredServer.Setup(ports.get(0), "n1", new FilterProbe("n1"), tls), options));
        await().until(() -> ready("n1") == 1);
        TlsClient old = new TlsClient(trust, "TLSv1.2");
        TlsClient recent = new TlsClient(trust, "TLSv1.3");
        for (int i = 0; i < 3; i++) {
            assertThat(old.get(ports.get(0))).contains("Verdict: " + (i == 0 ? "N" : "H") + "\r\n");
            assertThat(recent.get(ports.get(0))).contains("Verdict: N\r\n");
            await().until(() -> jmx("n1", "MovedPins").equals(1));
        }
        assertThat(old.handshakes).hasSize(1);
        assertThat(recent.handshakes).hasSize(1);
        assertThat(jmx("n1", "MovedPins")).isEqualTo(1);
    }

    @Test
    void hop_bodies_comeBackWhole() throws Exception {
        start(/* named= */ true);
        String id = sessionId(get("n1", "/session", ""));
        for (int size : new int[] {0, 1, 70_000, 1_000_000}) {
            byte[] body = new byte[size];
            new Random(size).nextBytes(body);
            for (BodyPublisher publisher : List.of(
                    BodyPublishers.ofByteArray(body),
                    BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))) {
                HttpRequest request = request("n2", "/echo", id).POST(publisher).build();
                assertThat(client.send(request, BodyHandlers.ofByteArray()).body())
                        .isEqualTo(body);
            }
            HttpRequest expecting = request("n2", "/echo", id)
                    .expectContinue(true)
                    .POST(BodyPublishers.ofByteArray(body))
                    .build();
            assertThat(client.send(expecting, BodyHandlers.ofByteArray()).body())
                    .isEqualTo(body);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"n1", "n2"})
    void asynchronousServlet_answers(String frontend) throws Exception {
        start(/* named= */ true);
        String id = sessionId(get("n1", "/session", ""));
        assertThat(get(frontend, "/async", id).body()).isEqualTo("n1 later");
    }

    @Test
    void pins_followLoginAndLogout() throws Exception {
        start(/* named= */ true);
        String before = sessionId(get("n1", "/session", ""));
        await().until(() -> jmx("n1", "OwnedSessions").equals(1));
        String after = sessionId(get("n2", "/login", before));
        assertThat(after).isNotEqualTo(before).endsWith(".n1");
        await().until(() -> jmx("n1", "OwnedSessions").equals(1));
        assertThat(header(get("n2", "/session", after), "Count")).isEqualTo("2");
        get("n2", "/logout", after);
        await().until(() -> jmx("n1", "OwnedSessions").equals(0));
    }

    @Test
    void owner_stopped_itsSessionsMove() throws Exception {
        start(/* named= */ true);
        String id = sessionId(get("n1", "/session", ""));
        FilteredServer owner = servers.remove("n1");
        owner.stop();
        HttpResponse<String> answer = get("n2", "/session", id);
        assertThat(answer.body()).isEqualTo("n2");
        assertThat(header(answer, "Verdict")).isEqualTo("R");
        assertThat(sessionId(answer)).endsWith(".n2");
    }

    @Test
    void forgedHop_getsTheErrorPageOfTheApplication() throws Exception {
        start(/* named= */ true);
        HttpRequest forged =
                request("n1", "/session", "").header("Jvmroute-Hop", "v1;x").build();
        HttpResponse<String> answer = client.send(forged, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("oops");
        assertThat(jmx("n1", "ForgedHops")).isEqualTo(1L);
    }

    /** Undertow ends such a response as if it were whole, with and without a hop. */
    @Test
    void response_brokenByTheOwner_isSeenToBeAsWithoutAHop() throws Exception {
        start(/* named= */ true);
        String id = sessionId(get("n1", "/session", ""));
        assertThat(isBroken("n2", id)).isEqualTo(isBroken("n1", id)).isEqualTo(showsBreaks());
    }

    private boolean isBroken(String route, String id) throws Exception {
        try {
            return !get(route, "/broken", id).body().equals("half");
        } catch (IOException broken) {
            return true;
        }
    }

    /** Whether the container lets a client see that a response was broken off. */
    boolean showsBreaks() {
        return true;
    }

    /** Whether the container tells more than one cookie of a name. */
    boolean tellsAllCookies() {
        return true;
    }
}
