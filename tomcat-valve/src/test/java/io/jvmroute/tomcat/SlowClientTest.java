package io.jvmroute.tomcat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RawClient;
import io.jvmroute.testing.TwoNodes;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that begin requests and do not end them. The nodes' connectionTimeout is 2 s, and they have 200 threads. */
final class SlowClientTest {
    private static final int HEADS = 300;

    private static TwoNodes nodes;

    @BeforeAll
    static void start() throws Exception {
        nodes = EmbeddedNode.two("slow", /* h2c= */ false);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void forget() {
        nodes.forget();
    }

    @Test
    void heads_thatDoNotEnd_reachNobodyAndHoldUpNobody() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < HEADS; i++) {
                slow.add(send("GET /rec/slow HTTP/1.1\r\nHost: h\r\n" + nodes.cookie + "\r\nX: "));
            }
            String answer = RawClient.send(
                    nodes.frontend.port(),
                    "GET /rec/quick HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + nodes.cookie + "\r\n\r\n");

            assertThat(answer).startsWith("HTTP/1.1 200").contains("GET /rec/quick");
            for (Socket socket : slow) { // ended by the connection's timeout
                assertThat(socket.getInputStream().read()).isNegative();
            }
        } finally {
            close(slow);
        }
        assertThat(nodes.owner.requests).containsExactly("GET /rec/quick");
        TwoNodes.awaitNothingLeft(nodes.frontend);
    }

    @Test
    void body_thatDoesNotEnd_endsTheForward() throws Exception {
        try (Socket socket = send(
                "POST /rec/slow HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n" + nodes.cookie + "\r\n\r\nhello")) {
            await().until(() -> (int) nodes.frontend.jmx("ForwardsInFlight") == 1);

            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);

            assertThat(RawClient.statuses(answer)).containsExactly("408");
        }
        TwoNodes.awaitNothingLeft(nodes.frontend);
        assertThat(nodes.recorder.served).isEmpty();
    }

    private static Socket send(String begun) throws IOException {
        Socket socket = RawClient.connect(nodes.frontend.port());
        socket.getOutputStream().write(begun.getBytes(ISO_8859_1));
        return socket;
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
