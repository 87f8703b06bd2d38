package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.testing.Http2Client;
import io.jvmroute.testing.RawPeer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Trailers through a Jetty frontend, in HTTP/1.1 and HTTP/2. */
class TrailerTest extends FrontendTestBase {
    private void answerWithTrailers() {
        backend.follow(peer -> {
            String head = peer.readHead();
            seen.add(head + (head.contains("chunked") ? peer.readUntil("\r\n\r\n") : ""));
            // an end that comes unannounced could meet the next request
            peer.write(lines("HTTP/1.1 200 OK", "Connection: close", "Transfer-Encoding: chunked", "Trailer: X-Sum"));
            peer.write(lines("", "2", "hi", "0"));
            peer.write(lines("X-Sum: 1", "X-Sum: 2", "Content-Length: 3", "Jvmroute-Hop: x", ""));
        });
    }

    @Test
    void http1_trailersGoBothWays() throws Exception {
        answerWithTrailers();

        String response = exchange(
                "POST / HTTP/1.1",
                "Host: a",
                "Connection: close, TE, X-Two",
                "TE: trailers",
                "Trailer: X-Sum",
                "Transfer-Encoding: chunked",
                "",
                "2",
                "ho",
                "0",
                "X-Sum: 7",
                "X-Two: 1",
                "Content-Type: no",
                "");

        assertThat(seen.take())
                .contains("\r\nTrailer: X-Sum\r\n", "\r\nTE: trailers\r\nConnection: TE\r\n")
                .matches("(?s).*\r\n\r\n2\r\nho\r\n0\r\n(?i:x-sum): 7\r\n\r\n");
        assertThat(response).contains("Trailer: X-Sum\r\n").endsWith("2\r\nhi\r\n0\r\nX-Sum: 1, 2\r\n\r\n");
    }

    @Test
    void http1_connectionGoesOnBehindTrailers() throws Exception {
        answerWithTrailers();
        try (RawPeer client = client()) {
            for (int i = 0; i < 3; i++) {
                client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readHead()).startsWith("HTTP/1.1 200");
                assertThat(client.readUntil("0\r\nX-Sum: 1, 2\r\n\r\n")).startsWith("2\r\nhi");
            }
        }
    }

    @Test
    void http10_getsTheBodyWithoutTrailers() throws Exception {
        answerWithTrailers();

        assertThat(exchange("GET / HTTP/1.0", "")).endsWith("\r\n\r\nhi");
    }

    @Test
    void head_getsNoTrailers() throws Exception {
        backend.follow(peer -> {
            seen.add(peer.readHead());
            peer.write(lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: X-Sum", ""));
        });

        assertThat(exchange("HEAD / HTTP/1.1", "Host: a", "Connection: close", ""))
                .contains("Trailer: X-Sum")
                .endsWith("\r\n\r\n");
    }

    @Test
    void http2_trailersGoBothWays() throws Exception {
        for (String length : List.of("x: 1", "content-length: 2")) {
            answerWithTrailers();
            try (Http2Client client = new Http2Client(frontend.port(), new HeaderReader()::read)) {
                int stream = client.request("POST", "/", false, length, "trailer: x-sum", "te: trailers");
                client.data(stream, "ho", false);
                client.trailers(stream, "x-sum: 7");
                List<Http2Client.Part> parts = client.response(stream);

                assertThat(seen.take()).endsWith("\r\n\r\n2\r\nho\r\n0\r\nx-sum: 7\r\n\r\n");
                assertThat(parts.get(0).fields()).contains(":status: 200", "trailer: X-Sum");
                assertThat(parts.stream().map(Http2Client.Part::data)).contains("hi");
                assertThat(parts.get(parts.size() - 1).fields()).containsExactly("x-sum: 1, 2");
            }
        }
    }

    @Test
    void http2_withoutTrailers_endsWithTheBody() throws Exception {
        backend.follow(peer -> {
            seen.add(peer.readHead());
            peer.write(lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "2", "hi", "0", ""));
        });
        try (Http2Client client = new Http2Client(frontend.port(), new HeaderReader()::read)) {
            List<Http2Client.Part> parts = client.response(client.request("GET", "/", true));

            assertThat(parts.get(parts.size() - 1).fields()).isEmpty();
            assertThat(parts.stream().map(Http2Client.Part::data)).contains("hi");
        }
    }
}
