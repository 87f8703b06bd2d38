package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.Http2Client;
import io.jvmroute.testing.RawBackend;
import io.jvmroute.testing.RawPeer;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two peers, the second of which is reached through a relay that takes its hops to the first: as if its address were another's by now. */
class RefusalTest {
    private static final int ROUNDS = 200;
    private static final int BODY = 100_000;

    private final List<EmbeddedNode> nodes = new ArrayList<>();
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private RawBackend relay;

    @BeforeEach
    void start() throws Exception {
        relay = new RawBackend();
        String cluster = "test-" + UUID.randomUUID();
        List<Integer> ports = EmbeddedNode.freePorts(2);
        nodes.add(new EmbeddedNode(cluster, "n1", ports.get(0), ports, Map.of()));
        Map<String, String> throughRelay = Map.of("url", "http://127.0.0.1:" + relay.port());
        nodes.add(new EmbeddedNode(cluster, "n2", ports.get(1), ports, throughRelay));
        for (EmbeddedNode node : nodes) {
            node.start();
        }
        for (EmbeddedNode node : nodes) {
            await().until(() -> ((Object[]) node.jmx("Nodes")).length == 2);
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (EmbeddedNode node : nodes) {
            await().until(() -> node.jmx("ForwardsInFlight").equals(0));
            node.close();
        }
        relay.close();
    }

    /** Takes each request, whose body has that length, to the node, and its answer back. */
    private void relayTo(EmbeddedNode node, int body) {
        relay.follow(peer -> {
            String request = peer.readHead() + peer.read(body);
            try (RawPeer owner = RawPeer.connect(node.port())) {
                owner.write(request);
                String answer = owner.readHead();
                answers.add(answer);
                peer.write(answer);
            }
        });
    }

    private static String request(String method, String path, String body) {
        return method + " " + path
                + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: JSESSIONID=abc.n2\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    private String send(String request) throws Exception {
        try (RawPeer client = RawPeer.connect(nodes.get(0).port())) {
            client.write(request);
            return client.readAll();
        }
    }

    @Test
    void hop_forItsOwnLife_isServed() throws Exception {
        relayTo(nodes.get(1), 0);

        assertThat(send(request("GET", "/plain", "")))
                .startsWith("HTTP/1.1 200")
                .contains("Node: n2");
    }

    @Test
    void hop_fromHttp10WithoutHost_isServed() throws Exception {
        relayTo(nodes.get(1), 0);

        assertThat(send("GET /plain HTTP/1.0\r\nCookie: JSESSIONID=abc.n2\r\n\r\n"))
                .startsWith("HTTP/1.1 200")
                .contains("Node: n2");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 60_000})
    void hop_forAnotherNode_isRefusedAndServedHere(int size) throws Exception {
        relayTo(nodes.get(0), size);
        String body = "b".repeat(size);

        String response = send(request("POST", "/echo", body));

        assertThat(answers.take()).startsWith("HTTP/1.1 421").contains("\r\nJvmroute-Hop: 1~");
        assertThat(response).startsWith("HTTP/1.1 200").doesNotContain("Jvmroute-Hop");
        assertThat(response.chars().filter(c -> c == 'b').count()).isEqualTo(size);
    }

    @Test
    void hop_refusedOnHttp2_keepsItsBody() throws Exception {
        relayTo(nodes.get(0), 5);
        try (Http2Client client = new Http2Client(nodes.get(0).port(), new HeaderReader()::read)) {
            int stream = client.request("POST", "/echo", false, "cookie: JSESSIONID=abc.n2", "content-length: 5");
            client.data(stream, "hello", true);

            assertThat(client.response(stream).stream().map(Http2Client.Part::data))
                    .contains("hello");
        }
        assertThat(answers.take()).startsWith("HTTP/1.1 421");
    }

    @Test
    void hop_refusedWhileTheEndOfALargeBodyComes_keepsTheConnectionOrAnnouncesItsEnd() throws Exception {
        relayTo(nodes.get(0), BODY);

        assertThatConnectionsGoOnOrTheirEndIsAnnounced("HTTP/1.1 503");
    }

    @Test
    void hop_brokenWhileTheEndOfALargeBodyComes_keepsTheConnectionOrAnnouncesItsEnd() throws Exception {
        relay.follow(peer -> {
            peer.readHead();
            peer.read(BODY);
            answers.add("HTTP/1.1 421, so to speak: the end of the connection");
        });

        assertThatConnectionsGoOnOrTheirEndIsAnnounced("HTTP/1.1 502");
    }

    @Test
    void error_beforeTheBodyHasCome_announcesTheEndOfTheConnection() throws Exception {
        try (RawPeer client = RawPeer.connect(nodes.get(0).port())) {
            client.write("TRACE / HTTP/1.1\r\nHost: a\r\nCookie: JSESSIONID=abc.n2\r\nContent-Length: 5\r\n\r\n");

            assertThat(client.readHead()).startsWith("HTTP/1.1 501").containsIgnoringCase("\r\nConnection: close\r\n");
        }
    }

    /** Whoever sends the next request on that connection must have been told if it ends. */
    private void assertThatConnectionsGoOnOrTheirEndIsAnnounced(String status) throws Exception {
        int told = 0;
        for (int i = 0; i < ROUNDS; i++) {
            try (RawPeer client = RawPeer.connect(nodes.get(0).port())) {
                client.write("POST /echo HTTP/1.1\r\nHost: a\r\nCookie: JSESSIONID=abc.n2\r\nContent-Length: "
                        + (BODY + 1) + "\r\n\r\n" + "b".repeat(BODY));
                assertThat(answers.take()).startsWith("HTTP/1.1 421");
                String head = answerTo("b", client);
                if (head.isEmpty()) {
                    continue; // the connection had ended before that byte came
                }
                told++;
                assertThat(head).startsWith(status);
                if (!head.toLowerCase(Locale.ROOT).contains("connection: close")) {
                    client.read(Integer.parseInt(head.replaceAll("(?is).*content-length: (\\d+).*", "$1")));
                    client.write("GET /plain HTTP/1.1\r\nHost: a\r\nCookie: JSESSIONID=abc.n1\r\n\r\n");
                    assertThat(client.readHead()).startsWith("HTTP/1.1 200");
                }
            }
        }
        assertThat(told).isPositive();
    }

    private static String answerTo(String rest, RawPeer client) throws IOException {
        try {
            client.write(rest);
            return client.readHead();
        } catch (SocketException e) {
            return "";
        }
    }

    @Test
    void hop_refusedAfterALargeBody_is503() throws Exception {
        relayTo(nodes.get(0), 100_000);

        assertThat(send(request("POST", "/echo", "b".repeat(100_000))))
                .startsWith("HTTP/1.1 503")
                .contains("Proxy-Status: jvmroute; error=destination_unavailable");
        assertThat(answers.take()).startsWith("HTTP/1.1 421");
    }
}
