package io.jvmroute.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What client and application see of each other is the same, whether a request comes to its owner directly or by a hop. */
final class HopParityIT {
    /** Of the connection, or of the moment. */
    private static final Set<String> APART = Set.of("date", "connection", "keep-alive");

    private static final int TARGETS = 200;
    private static final List<String> SEGMENTS = List.of(
            "a",
            "",
            "%2F",
            "%2e",
            ".",
            "..",
            "..;",
            "..;x=1",
            ";p=1",
            "a;p=1;q",
            "{|}",
            "%7B%7C%7D",
            "%C3%A9",
            "\u00e9",
            "%00",
            "%",
            "%zz",
            "+",
            "a b",
            "%20",
            "~",
            "@",
            ":",
            "'",
            "\"",
            "<>",
            "\\",
            "%5C",
            "^",
            "`",
            "[1]",
            "*",
            "x".repeat(300),
            ";jsessionid=x",
            "$&,=");
    private static final List<String> QUERIES = List.of(
            "",
            "",
            "?",
            "?a",
            "?a=1&a=2",
            "?{|}",
            "?%zz",
            "?a=\u00e9",
            "?a?b",
            "?/../",
            "?a=%00",
            "?a+b",
            "?\"<>",
            "?a#b",
            "?x=" + "y".repeat(2000));

    private static ParityNodes nodes;
    private static String cookie;

    @BeforeAll
    static void start() throws Exception {
        nodes = ParityNodes.start("parity");
        cookie = nodes.session();
    }

    @AfterAll
    static void stop() throws IOException {
        try (NodeJmx jmx = nodes.jmx()) {
            assertThat(jmx.affinity().getForwardsInFlight()).isZero();
            assertThat(jmx.affinity().getBackendConnections())
                    .isEqualTo(jmx.affinity().getIdleBackendConnections());
        }
        nodes.close();
    }

    private static String ask(int port, String request) throws IOException {
        try (HttpConnection connection = new HttpConnection(port)) {
            connection.write(request);
            HttpConnection.Head head = connection.readHead();
            boolean bodiless = request.startsWith("HEAD ");
            String body = bodiless ? "" : connection.readBody(head).text();
            return head.status() + "\n" + fields(head.fields().stream()) + "\n" + body;
        }
    }

    private static String fields(Stream<String[]> fields) {
        return fields.filter(field -> !APART.contains(field[0].toLowerCase(Locale.ROOT)))
                .map(field -> field[0] + ": " + field[1])
                .collect(Collectors.joining("\n"));
    }

    private static void assertSame(String request) throws IOException {
        assertThat(ask(nodes.frontend(), request))
                .as(request.substring(0, Math.min(200, request.length())))
                .isEqualTo(ask(nodes.owner(), request));
    }

    private static String request(String method, String target, String more) {
        return method + " " + target + " HTTP/1.1\r\nHost: parity.example:8088\r\nCookie: " + cookie
                + "\r\nX-One: 1\r\nx-one:2\r\nConnection: close\r\n" + more;
    }

    @Test
    void targets_areTheSame() throws Exception {
        long hops;
        try (NodeJmx jmx = nodes.jmx()) {
            hops = jmx.affinity().getForwards().get("DONE");
            Random random = new Random(20_260_104);
            for (int i = 0; i < TARGETS; i++) {
                String path = Stream.generate(() -> SEGMENTS.get(random.nextInt(SEGMENTS.size())))
                        .limit(random.nextInt(4))
                        .collect(Collectors.joining("/"));
                assertSame(request("GET", "/echo/" + path + QUERIES.get(random.nextInt(QUERIES.size())), "\r\n"));
            }
            assertThat(jmx.affinity().getForwards().get("DONE") - hops)
                    .as("requests that took the hop")
                    .isGreaterThan(TARGETS / 3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "ODD"})
    void methods_withAllBodies_areTheSame(String method) throws Exception {
        String[] bodies = {
            "\r\n",
            "Content-Length: 0\r\n\r\n",
            "Content-Length: 5\r\n\r\nhello",
            "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x\r\n world\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Content-Length: 200000\r\n\r\n" + "x".repeat(200_000),
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b",
            "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"
        };
        for (String body : bodies) {
            assertSame(request(method, "/echo/body", body));
        }
    }

    @Test
    void h2c_withAndWithoutLength_isTheSame() throws Exception {
        byte[] large = new byte[300_000];
        List<HttpRequest.BodyPublisher> bodies = List.of(
                BodyPublishers.noBody(),
                BodyPublishers.ofString("hello"),
                BodyPublishers.ofByteArray(large),
                BodyPublishers.fromPublisher(BodyPublishers.ofString("hello")),
                BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(large)));
        for (HttpRequest.BodyPublisher body : bodies) {
            assertThat(overStreams(nodes.frontend(), body)).isEqualTo(overStreams(nodes.owner(), body));
        }
    }

    private static List<String> overStreams(int port, HttpRequest.BodyPublisher body) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        List<String> seen = new ArrayList<>();
        for (String method : List.of("GET", "POST")) { // the first upgrades the connection
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/echo/a;p=1?q"))
                    .header("Cookie", cookie)
                    .method(method, method.equals("GET") ? BodyPublishers.noBody() : body)
                    .build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString(ISO_8859_1));
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            String fields = fields(response.headers().map().entrySet().stream()
                            .flatMap(field ->
                                    field.getValue().stream().map(value -> new String[] {field.getKey(), value})))
                    .replaceAll("content-length: .*", "");
            seen.add(response.statusCode() + "\n" + fields + "\n"
                    + response.body()
                            .replace(":" + port, ":PORT")
                            .replace(" " + port + " ", " PORT ")
                            .replaceAll("(?im)^host = .*\n", "")); // HTTP/2 has none, the hop must
        }
        return seen;
    }

    @Test
    void head_nearTheLimit_isTheSame() throws Exception {
        for (int size : new int[] {4000, 7000, 7500}) {
            assertSame(request("GET", "/echo/large", "X-Large: " + "x".repeat(size) + "\r\n\r\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/examples",
                "/examples/",
                "/examples/servlets/",
                "/examples/servlets/servlet/HelloWorldExample",
                "/examples/servlets/servlet/RequestInfoExample",
                "/examples/servlets/servlet/RequestParamExample?firstname=%C3%A9&lastname=<x>",
                "/examples/servlets/servlet/CookieExample?cookiename=a&cookievalue=b",
                "/examples/async/async0",
                "/examples/async/async1",
                "/examples/async/async2",
                "/examples/async/async3",
                "/examples/jsp/jsp2/el/basic-arithmetic.jsp",
                "/examples/servlets/images/code.gif",
                "/examples/none"
            })
    void examples_pages_areTheSame(String target) throws Exception {
        assertThat(steady(ask(nodes.frontend(), request("GET", target, "\r\n"))))
                .isEqualTo(steady(ask(nodes.owner(), request("GET", target, "\r\n"))));
    }

    /** Without what differs between any two requests. */
    private static String steady(String answer) {
        return answer.replaceAll(
                "[0-9A-F]{32}|[0-9]{3,}|[0-9]{2}:[0-9]{2}:[0-9]{2}|[A-Z][a-z]{2} [A-Z][a-z]{2} [0-9 :]+[A-Z]{3,4} [0-9]{4}",
                "N");
    }

    @Test
    void examples_nonBlockingRead_isTheSame() throws Exception {
        assertSame(request(
                "POST",
                "/examples/servlets/nonblocking/bytecounter",
                "Content-Length: 100000\r\n\r\n" + "x".repeat(100_000)));
    }

    @Test
    void examples_session_goesOn() throws Exception {
        String begun = ask(
                nodes.owner(),
                "GET /examples/servlets/servlet/SessionExample?dataname=tea&datavalue=sencha HTTP/1.1\r\nHost: h\r\n\r\n");
        String id = begun.replaceAll("(?s).*(JSESSIONID=[^;]*);.*", "$1");

        assertThat(ask(
                        nodes.frontend(),
                        "GET /examples/servlets/servlet/SessionExample HTTP/1.1\r\nHost: h\r\nCookie: " + id
                                + "\r\n\r\n"))
                .contains("tea = sencha")
                .contains(id.replace("JSESSIONID=", ""));
    }
}
