package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What streams, talks or draws in Tomcat's own examples does the same, whether its client comes to the owner directly or by a hop.
 *
 * <p>Their plain pages are in {@link HopParityIT}.
 */
final class ExamplesIT {
    private static final String TICK = "STOCK#(GOOG|YHOO|ASF)#-?\\d+\\.\\d\\d#-?\\d+\\.\\d\\d#\\d+";
    private static final String CHAT = "/examples/websocket/chat";
    private static final String DRAWBOARD = "/examples/websocket/drawboard";
    private static final String SNAKE = "/examples/websocket/snake";
    private static final Predicate<String> ONE_SNAKE =
            Pattern.compile("\"update\"(?!.*\"id\".*\"id\")").asPredicate();
    private static final Predicate<String> TWO_SNAKES =
            Pattern.compile("\"update\".*\"id\".*\"id\"").asPredicate();
    private static final Predicate<String> MOVING_EAST = Pattern.compile(
                    "\"body\":\\[\\{\"x\": \\d+, \"y\": (\\d+)},\\{\"x\": \\d+, \"y\": \\1}")
            .asPredicate();

    private static ParityNodes nodes;
    private static NodeJmx jmx;
    private static String cookie;

    @BeforeAll
    static void start() throws Exception {
        nodes = ParityNodes.start("examples");
        jmx = nodes.jmx();
        cookie = nodes.session();
    }

    @AfterAll
    static void stop() throws IOException {
        jmx.close();
        nodes.close();
    }

    @AfterEach
    void nothingIsLeft() {
        Awaitility.await().untilAsserted(() -> {
            assertThat(jmx.affinity().getForwardsInFlight()).isZero();
            assertThat(jmx.affinity().getOpenTunnels()).isZero();
            assertThat(jmx.affinity().getBackendConnections())
                    .isEqualTo(jmx.affinity().getIdleBackendConnections());
        });
    }

    private static long forwards(String outcome) {
        return jmx.affinity().getForwards().get(outcome);
    }

    /** What a client gets, apart from the moment. */
    private record Answer(int status, String contentType, HttpConnection.Body body) {}

    private static Answer ask(int port, String target) throws IOException {
        try (HttpConnection connection = new HttpConnection(port)) {
            connection.write(
                    "GET " + target + " HTTP/1.1\r\nHost: h\r\nCookie: " + cookie + "\r\nTE: trailers\r\n\r\n");
            HttpConnection.Head head = connection.readHead();
            return new Answer(head.status(), head.field("content-type"), connection.readBody(head));
        }
    }

    private static Answer askBoth(String target) throws IOException {
        long hops = forwards("DONE");
        Answer direct = ask(nodes.owner(), target);
        assertThat(forwards("DONE")).isEqualTo(hops);
        assertThat(ask(nodes.frontend(), target)).isEqualTo(direct);
        Awaitility.await().until(() -> forwards("DONE") == hops + 1);
        return direct;
    }

    @Test
    void nonBlockingWrite_isTheSame() throws Exception {
        String numbers =
                IntStream.rangeClosed(1, 10_000).mapToObj("%020d\n"::formatted).collect(Collectors.joining());

        assertThat(askBoth("/examples/servlets/nonblocking/numberwriter"))
                .isEqualTo(new Answer(
                        200,
                        "text/plain;charset=UTF-8",
                        new HttpConnection.Body(numbers, /* whole= */ true, List.of())));
    }

    @Test
    void responseTrailers_areTheSame() throws Exception {
        HttpConnection.Body body =
                askBoth("/examples/servlets/trailers/response").body();

        assertThat(body.text()).isEqualTo("This response should include trailer fields.");
        assertThat(body.trailers())
                .containsExactlyInAnyOrder("x-trailer-1: Trailer value one", "x-trailer-2: Trailer value two");
    }

    @Test
    void stockTicker_streamsUntilTheClientLeaves() throws Exception {
        long left = forwards("CLIENT_GONE");
        try (InputStream direct = stream(nodes.owner())) {
            try (InputStream hop = stream(nodes.frontend())) {
                for (int i = 0; i < 3; i++) {
                    String tick = HttpConnection.readLine(hop);
                    assertThat(tick).matches(TICK);
                    assertThat(readUntil(tick, direct)).contains(tick);
                }
                assertThat(jmx.affinity().getForwardsInFlight()).isEqualTo(1);
            }
            Awaitility.await().until(() -> jmx.affinity().getForwardsInFlight() == 0);
            Awaitility.await().until(() -> forwards("CLIENT_GONE") == left + 1);

            assertThat(HttpConnection.readLine(direct)).matches(TICK);
        }
    }

    private static InputStream stream(int port) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/examples/async/stockticker"))
                .header("Cookie", cookie)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofInputStream())
                .body();
    }

    /** The lines up to this one; or many, if it does not come. */
    private static List<String> readUntil(String wanted, InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        do {
            lines.add(HttpConnection.readLine(in));
        } while (!lines.contains(wanted) && lines.size() < 20);
        return lines;
    }

    private static Conversation direct(String target) {
        return converse(nodes.owner(), target);
    }

    private static Conversation byHop(String target) {
        long hops = jmx.affinity().getVerdicts().get("F");
        Conversation opened = converse(nodes.frontend(), target);
        Awaitility.await().until(() -> jmx.affinity().getVerdicts().get("F") == hops + 1);
        return opened;
    }

    private static Conversation converse(int port, String target) {
        return Conversation.open(URI.create("ws://127.0.0.1:" + port + target), Map.of("Cookie", cookie));
    }

    @ParameterizedTest
    @ValueSource(strings = {"echoProgrammatic", "echoAnnotation", "echoStreamAnnotation"})
    void echo_ofShortAndLongMessages_isTheSame(String endpoint) throws Exception {
        byte[] bytes = new byte[500_000];
        new Random(20_260_105).nextBytes(bytes);
        try (Conversation direct = direct("/examples/websocket/" + endpoint);
                Conversation hop = byHop("/examples/websocket/" + endpoint)) {
            for (Conversation each : List.of(direct, hop)) {
                for (String text : List.of("x", "a\u00e9\u20ac".repeat(12_000))) { // 1 byte, 72 000
                    each.send(text);
                    assertThat(each.nextText()).hasSize(text.length()).matches(text::equals, "what was sent");
                }
                each.send(bytes);
                assertThat(each.nextBytes()).hasSize(bytes.length).matches(echo -> Arrays.equals(echo, bytes));
            }
            assertThat(jmx.affinity().getOpenTunnels()).isEqualTo(1);
            assertThat(hop.leave()).isEqualTo(direct.leave()).startsWith("1000 ");
        }
    }

    @Test
    void chat_acrossTheHop_isHeardByAll() throws Exception {
        try (Conversation far = byHop(CHAT);
                Conversation near = direct(CHAT)) {
            String farName = joined(far.nextText());
            String nearName = joined(near.nextText());
            assertThat(joined(far.nextText())).isEqualTo(nearName);

            far.send("from <afar>");
            near.send("from n\u00e9ar");
            assertThat(List.of(far.nextText(), far.nextText()))
                    .containsExactlyInAnyOrder(farName + ": from &lt;afar&gt;", nearName + ": from n\u00e9ar");
            assertThat(List.of(near.nextText(), near.nextText()))
                    .containsExactlyInAnyOrder(farName + ": from &lt;afar&gt;", nearName + ": from n\u00e9ar");

            far.leave();
            assertThat(near.nextText()).isEqualTo("* " + farName + " has disconnected.");
            try (Conversation next = byHop(CHAT)) {
                assertThat(joined(near.nextText())).isEqualTo(joined(next.nextText()));
                near.leave();
                assertThat(next.nextText()).isEqualTo("* " + nearName + " has disconnected.");
            }
        }
    }

    private static String joined(String message) {
        assertThat(message).matches("\\* Guest\\d+ has joined\\.");
        return message.replaceAll("[^G]*(Guest\\d+).*", "$1");
    }

    @Test
    void drawboard_drawnOnThroughTheHop_showsAllTheLine() throws Exception {
        try (Conversation artist = byHop(DRAWBOARD)) {
            assertThat(joined(1, artist).getRGB(450, 300)).isEqualTo(0xffffffff);
            try (Conversation watcher = byHop(DRAWBOARD)) {
                assertThat(joined(2, watcher).getRGB(450, 300)).isEqualTo(0xffffffff);
                assertThat(artist.nextText()).isEqualTo("3+");

                artist.send("17|2,255,0,0,255,6,10,300,890,300");
                assertThat(artist.nextText()).isEqualTo("17,2,255,0,0,255,6.0,10.0,300.0,890.0,300.0");
                assertThat(watcher.nextText()).isEqualTo("10,2,255,0,0,255,6.0,10.0,300.0,890.0,300.0");
                watcher.leave();
            }
            assertThat(artist.nextText()).isEqualTo("3-");
            try (Conversation late = byHop(DRAWBOARD);
                    Conversation direct = direct(DRAWBOARD)) {
                assertThat(joined(2, late).getRGB(450, 300)).isEqualTo(0xffff0000);
                assertThat(joined(3, direct).getRGB(450, 300)).isEqualTo(0xffff0000);
            }
        }
    }

    /** The image that a new player gets. */
    private static BufferedImage joined(int players, Conversation player) throws Exception {
        assertThat(player.nextText()).isEqualTo("2" + players);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(player.nextBytes()));
        assertThat(List.of(image.getWidth(), image.getHeight())).containsExactly(900, 600);
        return image;
    }

    @Test
    void snake_isSteeredAndSeen() throws Exception {
        try (Conversation snake = direct(SNAKE)) {
            moves(snake);
        }
        try (Conversation snake = byHop(SNAKE)) {
            moves(snake);
        }
    }

    private static void moves(Conversation snake) throws Exception {
        snake.nextText(ONE_SNAKE); // no other is left to collide with
        snake.send("east");
        snake.nextText(MOVING_EAST);
        try (Conversation other = byHop(SNAKE)) {
            other.nextText(TWO_SNAKES);
            snake.nextText(TWO_SNAKES);
            other.leave();
        }
        snake.nextText(ONE_SNAKE);
        snake.leave();
    }
}
