package io.jvmroute.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.internal.json.Json;
import com.hazelcast.internal.json.JsonArray;
import com.hazelcast.internal.json.JsonObject;
import com.hazelcast.internal.json.JsonValue;
import io.jvmroute.status.StatusEndpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The status of n1, which has a token, beside n2, which has none and its status elsewhere. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public abstract class StatusContract {
    private static final String TOKEN = "0123456789abcdef-token";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
    private static final String BEARER = "Authorization: Bearer " + TOKEN;
    private static final String MARKUP = "<script>alert(1)</script>";

    private final List<TestNode> nodes = new ArrayList<>();
    private final List<String> sessionsOfOne = new ArrayList<>();
    private TestNode one;
    private TestNode two;

    /** Starts a container; {@code members} are Hazelcast ports of the whole cluster. */
    protected abstract TestNode start(
            String cluster, String route, int hazelcastPort, List<Integer> members, Map<String, String> options)
            throws Exception;

    @BeforeAll
    void startBoth() throws Exception {
        String cluster = "test-" + UUID.randomUUID();
        List<Integer> ports = TestNode.freePorts(2);
        one = start(
                cluster,
                "n1",
                ports.get(0),
                ports,
                Map.of("statusPath", "/one/status", "statusToken", TOKEN, "drainTimeout", "10m"));
        nodes.add(one);
        two = start(cluster, "n2", ports.get(1), ports, Map.of("statusPath", "/two"));
        nodes.add(two);
        for (TestNode node : nodes) {
            await().until(() -> ((Object[]) node.jmx("Nodes")).length == 2);
        }
    }

    @AfterAll
    void stop() {
        nodes.forEach(TestNode::close);
    }

    // ---- asking ----

    private static String send(TestNode node, String method, String path, String body, String... fields)
            throws IOException {
        String length = method.equals("POST") ? "Content-Length: " + body.length() + "\r\n" : "";
        String more = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
        String host = more.contains("Host:") ? "" : "Host: localhost:" + node.port() + "\r\n";
        return RawClient.send(
                node.port(),
                method + " " + path + " HTTP/1.1\r\n" + host + length + more + "Connection: close\r\n\r\n" + body);
    }

    private static String get(TestNode node, String path, String... fields) throws IOException {
        return send(node, "GET", path, "", fields);
    }

    private String control(String body) throws IOException {
        return send(one, "POST", "/one/status/control", body, BEARER, FORM);
    }

    private static int status(String answer) {
        return Integer.parseInt(RawClient.statuses(answer).get(0));
    }

    private static String body(String answer) {
        String text = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        return new String(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), UTF_8);
    }

    private static JsonObject json(String answer) {
        assertThat(answer).containsPattern("(?i)content-type: application/json");
        return Json.parse(body(answer)).asObject();
    }

    private JsonObject statusJson() throws IOException {
        return json(get(one, "/one/status/status.json"));
    }

    private String newSession(TestNode node) throws IOException {
        String id = get(node, "/session").replaceAll("(?s).*JSESSIONID=([^;]*);.*", "$1");
        if (node == one) {
            sessionsOfOne.add(id);
        }
        return id;
    }

    private JsonObject counters() throws IOException {
        return statusJson().get("counters").asObject();
    }

    private long requests() throws IOException {
        return sum(counters().get("verdicts").asObject());
    }

    private static long since(JsonObject before, JsonObject after, String group, String name) {
        return after.get(group).asObject().get(name).asLong()
                - before.get(group).asObject().get(name).asLong();
    }

    private static String cookie(String id) {
        return "Cookie: JSESSIONID=" + id;
    }

    private static long sum(JsonObject counts) {
        return counts.names().stream()
                .mapToLong(name -> counts.get(name).asLong())
                .sum();
    }

    // ---- reads ----

    @Test
    void status_notAskedFor_isNotThere() throws Exception {
        List<Integer> ports = TestNode.freePorts(1);
        try (TestNode without = start("test-" + UUID.randomUUID(), "n3", ports.get(0), ports, Map.of())) {
            for (String path : List.of("/jvmroute", "/jvmroute/status.json", "/status", "/status.json", "/metrics")) {
                assertThat(get(without, path, BEARER))
                        .startsWith("HTTP/1.1 200")
                        .contains("Node: n3")
                        .endsWith("n3");
            }
            assertThat(send(without, "POST", "/jvmroute/control", "action=drain", BEARER, FORM))
                    .endsWith("n3");
            assertThat((Object[]) without.jmx("Nodes"))
                    .singleElement()
                    .asString()
                    .startsWith("n3 READY");
        }
    }

    @Test
    void page_isServedWithItsParts_andNothingElse() throws Exception {
        assertThat(get(one, "/one/status")).startsWith("HTTP/1.1 302").contains("/one/status/\r\n");
        String page = get(one, "/one/status/");
        assertThat(page)
                .startsWith("HTTP/1.1 200")
                .contains("Content-Type: text/html;charset=utf-8", "<!DOCTYPE html>");
        assertThat(page)
                .contains(
                        "Cache-Control: no-store\r\n",
                        "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self';",
                        "X-Content-Type-Options: nosniff\r\n",
                        "X-Frame-Options: DENY\r\n",
                        "Referrer-Policy: no-referrer\r\n");
        assertThat(get(one, "/one/status/page.css")).startsWith("HTTP/1.1 200").contains("text/css");
        assertThat(get(one, "/one/status/page.js")).startsWith("HTTP/1.1 200").contains("text/javascript");
        assertThat(body(send(one, "HEAD", "/one/status/", ""))).isEmpty();
        assertThat(status(get(one, "/one/status/nothing"))).isEqualTo(404);
        assertThat(status(get(one, "/one/status/package-info.class"))).isEqualTo(404);
        assertThat(send(one, "DELETE", "/one/status/status.json", ""))
                .startsWith("HTTP/1.1 405")
                .contains("Allow: GET, HEAD\r\n");
        assertThat(get(one, "/one/status/control")).startsWith("HTTP/1.1 405").contains("Allow: POST\r\n");
        assertThat(get(one, "/one/statuses")).contains("Node: n1\r\n"); // the application's
        assertThat(get(one, "/one")).contains("Node: n1\r\n");
    }

    @Test
    void json_tellsWhatIs() throws Exception {
        JsonObject before = counters();
        newSession(one);
        String id = newSession(two);
        get(one, "/plain", cookie(id));
        await().until(() -> since(before, counters(), "verdicts", "F") == 1);
        await().until(() ->
                statusJson().get("history").asObject().get("at").asArray().size() >= 1);
        await().until(() -> !statusJson()
                .get("nodes")
                .asArray()
                .get(1)
                .asObject()
                .get("seenAt")
                .isNull());

        JsonObject status = statusJson();
        assertThat(status.get("format").asInt()).isEqualTo(1);
        JsonObject self = status.get("node").asObject();
        assertThat(self.get("route").asString()).isEqualTo("n1");
        assertThat(self.get("state").asString()).isEqualTo("READY");
        assertThat(self.get("url").asString()).isEqualTo("http://127.0.0.1:" + one.port());
        assertThat(self.get("degraded").isNull()).isTrue();
        assertThat(self.get("control").asBoolean()).isTrue();
        JsonObject counters = status.get("counters").asObject();
        assertThat(since(before, counters, "verdicts", "N")).isEqualTo(1); // the status itself is no request
        assertThat(since(before, counters, "verdicts", "H")).isZero();
        assertThat(since(before, counters, "forwards", "DONE")).isEqualTo(1);
        assertThat(status.get("load").asObject().get("sessions").asInt()).isEqualTo(one.jmx("OwnedSessions"));
        JsonArray nodes = status.get("nodes").asArray();
        assertThat(nodes).hasSize(2);
        JsonObject other = nodes.get(1).asObject();
        assertThat(other.get("route").asString()).isEqualTo("n2");
        assertThat(other.get("self").asBoolean()).isFalse();
        assertThat(other.get("statusUrl").asString()).isEqualTo("http://127.0.0.1:" + two.port() + "/one/status/");
        assertThat(other.get("seenAt").asLong()).isPositive();
        assertThat(status.get("drain").isNull()).isTrue();

        assertThat(json(get(one, "/one/status/status.json?history=0"))
                        .get("history")
                        .asObject()
                        .get("at")
                        .asArray())
                .isEmpty();
        assertThat(json(get(one, "/one/status/status.json?after=1000000"))
                        .get("events")
                        .asArray())
                .isEmpty();
        assertThat(status(get(one, "/one/status/status.json?history=-1"))).isEqualTo(400);
        assertThat(status(get(one, "/one/status/status.json?x=1"))).isEqualTo(400);
        assertThat(json(get(two, "/two/status.json"))
                        .get("node")
                        .asObject()
                        .get("control")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void metrics_verdictsAddUpToTheRequests() throws Exception {
        String before = get(one, "/one/status/metrics");
        String id = newSession(two);
        for (int i = 0; i < 3; i++) {
            get(one, "/plain");
            get(one, "/plain", cookie(id));
            get(one, "/plain", cookie("garbage"));
        }
        get(one, "/plain", "Jvmroute-Hop: forged");

        await().untilAsserted(
                        () -> { // a client may have its answer before the count
                            String metrics = get(one, "/one/status/metrics");
                            assertThat(since(before, metrics, "jvmroute_requests_total\\{verdict=\"\\w\"}"))
                                    .isEqualTo(10);
                            assertThat(since(before, metrics, "jvmroute_requests_total\\{verdict=\"F\"}"))
                                    .isEqualTo(3);
                            assertThat(since(before, metrics, "jvmroute_requests_total\\{verdict=\"X\"}"))
                                    .isEqualTo(1);
                            assertThat(since(before, metrics, "jvmroute_hops_forged_total"))
                                    .isEqualTo(1);
                            assertThat(since(before, metrics, "jvmroute_forwards_total\\{outcome=\"\\w+\"}"))
                                    .isEqualTo(3);
                            assertThat(since(before, metrics, "jvmroute_hop_duration_seconds_count"))
                                    .isEqualTo(3);
                            assertThat(since(before, metrics, "jvmroute_hop_duration_seconds_bucket\\{le=\"\\+Inf\"}"))
                                    .isEqualTo(3);
                        });
        assertThat(before)
                .containsPattern("(?i)content-type: text/plain; ?version=0\\.0\\.4")
                .contains(
                        "# HELP jvmroute_requests_total ",
                        "# TYPE jvmroute_requests_total counter\n",
                        "jvmroute_node_state{state=\"ready\"} 1.0\n",
                        "jvmroute_nodes{state=\"ready\"} 2.0\n",
                        "jvmroute_grid_up 1.0\n");
    }

    private static double since(String before, String after, String sample) {
        return sum(after, sample) - sum(before, sample);
    }

    private static double sum(String metrics, String sample) {
        return Pattern.compile("(?m)^" + sample + " (\\S+)$")
                .matcher(metrics)
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .sum();
    }

    @Test
    void underLoad_everyAnswerIsWholeAndNothingIsLost() throws Exception {
        String id = newSession(two);
        int clients = 4;
        int requests = 25;
        long before = requests();
        List<CompletableFuture<Void>> load = IntStream.range(0, clients)
                .mapToObj(i ->
                        CompletableFuture.runAsync(() -> request(i % 2 == 0 ? cookie(id) : "X-None: 1", requests)))
                .toList();
        for (int i = 0; i < 20; i++) {
            assertThat(statusJson().get("nodes").asArray()).hasSize(2);
            assertThat(get(one, "/one/status/metrics")).contains("jvmroute_info{");
        }
        load.forEach(CompletableFuture::join);
        await().until(() -> requests() - before == (long) clients * requests);
    }

    private void request(String field, int times) {
        try {
            for (int i = 0; i < times; i++) {
                assertThat(get(one, "/plain", field)).startsWith("HTTP/1.1 200");
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- who may read ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 127.0.0.1",
                "X_Forwarded_For: 127.0.0.1",
                "x-forwarded-proto: http",
                "Forwarded: for=127.0.0.1",
                "Via: 1.1 proxy",
                "X-Real-IP: 127.0.0.1",
                "Host: evil.example",
                "Authorization: Bearer 0123456789abcdef-wrong"
            })
    void read_notTheClientsOwnConnection_isRefused(String field) throws Exception {
        for (String path : List.of("/one/status/", "/one/status/status.json", "/one/status/metrics", "/one/status/x")) {
            String answer = get(one, path, field);
            assertThat(status(answer)).as(path).isEqualTo(403);
            assertThat(body(answer)).isEqualTo("forbidden\n");
        }
        assertThat(status(get(one, "/one/status/ready", field))).isEqualTo(200);
    }

    @Test
    void read_withToken_fromAnywhere() throws Exception {
        assertThat(status(get(
                        one, "/one/status/status.json", BEARER, "X-Forwarded-For: 198.51.100.7", "Host: n1.example")))
                .isEqualTo(200);
    }

    @Test
    void hop_neverBringsARequestToTheStatus_norTakesOneAway() throws Exception {
        String id = newSession(two);
        String carried = get(one, "/two/status.json", cookie(id));
        assertThat(carried).contains("Node: n2\r\n", "Hop: 1\r\n"); // the application answered
        assertThat(get(one, "/one/status/ready", cookie(id))).endsWith("\r\n\r\nready\n");
        assertThat(status(get(one, "/one/status/status.json", "Jvmroute-Hop: forged")))
                .isEqualTo(400);
        assertThat(status(
                        send(one, "POST", "/one/status/control", "action=drain", BEARER, FORM, "Jvmroute-Hop: forged")))
                .isEqualTo(400);
    }

    // ---- explain ----

    @Test
    void explain_tellsWhy_andEscapesWhatItWasAsked() throws Exception {
        String id = newSession(two);
        JsonObject reason = json(get(one, "/one/status/explain", "Jvmroute-Session: " + id));
        assertThat(reason.get("verdict").asString()).isEqualTo("F");
        assertThat(reason.get("owner").asString()).isEqualTo("n2");
        assertThat(reason.toString()).doesNotContain(id.substring(0, id.indexOf('.')));
        assertThat(json(send(one, "POST", "/one/status/explain", "session=" + id, BEARER, FORM)))
                .isEqualTo(reason);
        assertThat(json(get(one, "/one/status/explain")).get("verdict").asString())
                .isEqualTo("N");
        assertThat(status(get(one, "/one/status/explain?session=" + id))).isEqualTo(400);
        assertThat(body(get(one, "/one/status/explain", "Jvmroute-Session: " + MARKUP + "." + MARKUP)))
                .doesNotContain("<", ">");
    }

    // ---- control ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 |                                              | action=drain",
                "401 | Authorization: Bearer 0123456789abcdef-wrong | action=drain",
                "401 | Authorization: Basic MDEyMzQ1Njc4OWFiY2RlZg== | action=drain",
                "403 | TOKEN; Sec-Fetch-Site: cross-site            | action=drain",
                "403 | TOKEN; Sec-Fetch-Site: same-site             | action=drain",
                "403 | TOKEN; Origin: http://evil.example           | action=drain",
                "403 | TOKEN; Origin: null                          | action=drain",
                "400 | TOKEN                                        | action=fly",
                "400 | TOKEN                                        | action=%3Cb%3E",
                "400 | TOKEN                                        | action=%",
                "400 | TOKEN                                        | action=drain&action=ready",
                "400 | TOKEN                                        | drain",
                "400 | TOKEN                                        | ''",
                "404 | TOKEN                                        | action=drain&node=n9",
                "409 | TOKEN                                        | action=drain&node=n2"
            })
    void control_wrong_isRefusedAndChangesNothing(int expected, String fields, String body) throws Exception {
        String all = (fields == null ? "" : fields + "; ") + FORM;
        String answer = send(
                one,
                "POST",
                "/one/status/control",
                body,
                all.replace("TOKEN", BEARER).split("; (?=[A-Z])"));
        assertThat(status(answer)).isEqualTo(expected);
        assertThat(json(answer).get("error").asString()).isNotEmpty();
        assertThat(body(answer)).doesNotContain("<", ">");
        assertThat(one.jmx("State")).isEqualTo("READY");
    }

    @Test
    void control_wrongForm_isRefused() throws Exception {
        assertThat(status(send(one, "POST", "/one/status/control", "{}", BEARER, "Content-Type: application/json")))
                .isEqualTo(415);
        assertThat(status(send(one, "POST", "/one/status/control", "action=drain", BEARER)))
                .isEqualTo(415);
        String wide = "action=drain&node=" + "n".repeat(StatusEndpoint.MAX_BODY);
        assertThat(status(control(wide))).isEqualTo(413);
        assertThat(status(send(one, "POST", "/one/status/status.json", "", BEARER, FORM)))
                .isEqualTo(405);
        String unset = send(two, "POST", "/two/control", "action=drain", BEARER, FORM);
        assertThat(status(unset)).isEqualTo(403);
        assertThat(json(unset).get("error").asString()).startsWith("statusToken: not set");
        assertThat(two.jmx("State")).isEqualTo("READY");
    }

    @Test
    @Order(1)
    void wrongTokens_areWarnedOfOnce() throws Exception {
        try (LogLines log = new LogLines(StatusEndpoint.class)) {
            for (int i = 0; i < 3; i++) {
                send(one, "POST", "/one/status/control", "action=drain", BEARER + "x", FORM);
            }
            assertThat(log.lines()).singleElement().asString().startsWith("statusToken: wrong, from 127.0.0.1");
            assertThat(log.lines().toString()).doesNotContain(TOKEN);
        }
    }

    @Test
    void control_drainTwiceThenBoth_andReadyAgain() throws Exception {
        long drains = counters().get("drains").asLong();
        String own = "Origin: http://localhost:" + one.port();
        JsonObject drained = json(send(
                one,
                "POST",
                "/one/status/control",
                "action=drain&node=n1",
                BEARER,
                FORM,
                own,
                "Sec-Fetch-Site: same-origin"));
        assertThat(drained.get("state").asString()).isEqualTo("DRAINING");
        assertThat(drained.get("changed").asBoolean()).isTrue();
        assertThat(drained.get("warning").isNull()).isTrue();
        assertThat(json(control("action=drain")).get("changed").asBoolean()).isFalse();
        assertThat(get(one, "/one/status/ready")).startsWith("HTTP/1.1 503").endsWith("not ready\n");
        JsonObject drain = statusJson().get("drain").asObject();
        assertThat(drain.get("stopping").asBoolean()).isFalse();
        assertThat(counters().get("drains").asLong() - drains).isEqualTo(1);

        two.operate("drain"); // another one, while this one drains
        await().until(() -> String.join(" ", (String[]) one.jmx("Nodes")).contains("n2 DRAINING"));
        assertThat(json(control("action=maintenance")).get("warning").asString())
                .isEqualTo("no other node is ready");
        JsonObject ready = json(control("action=ready"));
        assertThat(ready.get("state").asString()).isEqualTo("READY");
        assertThat(get(one, "/one/status/ready")).startsWith("HTTP/1.1 200");
        assertThat(statusJson().get("drain").isNull()).isTrue();
        two.operate("ready");
        await().until(() -> String.join(" ", (String[]) one.jmx("Nodes")).contains("n2 READY"));
        List<String> kinds = new ArrayList<>();
        for (JsonValue event : statusJson().get("events").asArray()) {
            kinds.add(event.asObject().get("kind").asString() + " "
                    + event.asObject().get("text").asString());
        }
        assertThat(kinds).containsSubsequence("state DRAINING", "state MAINTENANCE", "state READY");
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void control_whileTheNodeStops() throws Exception {
        newSession(one); // which the stop waits for
        CompletableFuture<Void> stop = CompletableFuture.runAsync(one::close);
        await().until(() -> one.jmx("State").equals("DRAINING"));
        assertThat(status(control("action=drain"))).isEqualTo(200);
        String ready = control("action=ready");
        assertThat(status(ready)).isEqualTo(409);
        assertThat(json(ready).get("error").asString()).contains("the node stops");
        JsonObject drain = statusJson().get("drain").asObject();
        assertThat(drain.get("stopping").asBoolean()).isTrue();
        assertThat(drain.get("deadline").asLong())
                .isGreaterThan(drain.get("since").asLong());
        for (String id : sessionsOfOne) {
            get(one, "/logout", cookie(id));
        }
        nodes.remove(one);
        stop.join();
    }
}
