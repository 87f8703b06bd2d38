package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.testing.Http2Client;
import io.jvmroute.testing.RawPeer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** 100 and 103 through a Jetty frontend. */
class InterimResponseTest extends FrontendTestBase {
    private static String[] expecting(int length) {
        return new String[] {"POST / HTTP/1.1", "Host: a", "Expect: 100-continue", "Content-Length: " + length, ""};
    }

    @Test
    void earlyHints_reachTheClientBeforeTheResponse() throws Exception {
        CountDownLatch hinted = new CountDownLatch(1);
        backend.follow(peer -> {
            peer.readHead();
            peer.write(
                    lines("HTTP/1.1 102 Processing", "", "HTTP/1.1 103 Early Hints", "Link: </a>", "Link: </b>", ""));
            hinted.await();
            peer.write(lines("HTTP/1.1 200 OK", "Content-Length: 2", "X: 1", "", "hi")
                    .strip());
        });
        try (RawPeer client = client()) {
            client.write(lines("GET / HTTP/1.1", "Host: a", ""));
            assertThat(client.readHead()).startsWith("HTTP/1.1 103").contains("Link: </a>\r\nLink: </b>\r\n");
            hinted.countDown();
            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 200")
                    .contains("X: 1")
                    .doesNotContain("Link");
            assertThat(client.read(2)).isEqualTo("hi");
        }
    }

    @Test
    void earlyHints_http10_getsNone() throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.write(lines("HTTP/1.1 103 Early Hints", "Link: </a>", "", "HTTP/1.1 204 No Content", ""));
        });

        assertThat(exchange("GET / HTTP/1.0", "")).startsWith("HTTP/1.1 204").doesNotContain("103");
    }

    @Test
    void earlyHints_http2() throws Exception {
        CountDownLatch hinted = new CountDownLatch(1);
        backend.follow(peer -> {
            peer.readHead();
            peer.write(lines("HTTP/1.1 103 Early Hints", "Link: </a>", ""));
            hinted.await();
            peer.write(lines("HTTP/1.1 204 No Content", ""));
        });
        try (Http2Client client = new Http2Client(frontend.port(), new HeaderReader()::read)) {
            int stream = client.request("GET", "/", true);
            assertThat(client.next(stream).fields()).contains(":status: 103", "link: </a>");
            hinted.countDown();
            assertThat(client.next(stream).fields()).contains(":status: 204").doesNotContain("link: </a>");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 200_000})
    void expectation_grantedByTheBackend(int length) throws Exception {
        backend.follow(peer -> {
            String head = peer.readHead();
            seen.add(head);
            if (head.startsWith("POST")) {
                peer.write(lines("HTTP/1.1 100 Continue", ""));
                peer.read(length);
            }
            peer.write(lines("HTTP/1.1 204 No Content", "Connection: close", ""));
        });
        try (RawPeer client = client()) {
            client.write(lines(expecting(length)));
            assertThat(client.readHead()).startsWith("HTTP/1.1 100");
            client.write("x".repeat(length));
            assertThat(client.readHead()).startsWith("HTTP/1.1 204");
            client.write(lines("GET /next HTTP/1.1", "Host: a", ""));
            assertThat(client.readHead()).startsWith("HTTP/1.1 204");
        }
        assertThat(seen.take()).containsOnlyOnce("Expect: 100-continue");
        assertThat(seen.take()).startsWith("GET /next");
    }

    @ParameterizedTest
    @CsvSource({"5,401", "200000,417", "5,200"})
    void expectation_refusedByTheBackend_bodyStaysWithTheClient(int length, int status) throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.write(lines("HTTP/1.1 " + status + " No", "Transfer-Encoding: chunked", "", "2", "no", "0", ""));
            assertThat(peer.readAll()).isEmpty();
        });

        String answer = exchange(expecting(length));
        while (answer.startsWith("HTTP/1.1 100")) { // the machine is so busy that the backend seemed to be silent
            answer = exchange(expecting(length));
        }

        assertThat(answer)
                .startsWith("HTTP/1.1 " + status)
                .doesNotContain("HTTP/1.1 100")
                .contains("no");
    }

    @Test
    void expectation_refused_http2() throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.write(lines("HTTP/1.1 403 No", "Content-Length: 0", ""));
            assertThat(peer.readAll()).isEmpty();
        });
        try (Http2Client client = new Http2Client(frontend.port(), new HeaderReader()::read)) {
            List<String> statuses;
            do { // again where the machine is so busy that the backend seemed to be silent
                statuses = client.response(client.request("POST", "/", false, "expect: 100-continue")).stream()
                        .flatMap(part -> part.fields().stream())
                        .filter(field -> field.startsWith(":status"))
                        .toList();
            } while (statuses.get(0).equals(":status: 100"));
            assertThat(statuses).containsExactly(":status: 403");
        }
    }

    @Test
    void expectation_silentBackend_isGranted() throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.read(5);
            peer.write(lines("HTTP/1.1 204 No Content", ""));
        });
        try (RawPeer client = client()) {
            client.write(lines(expecting(5)));
            assertThat(client.readHead()).startsWith("HTTP/1.1 100");
            client.write("hello");
            assertThat(client.readHead()).startsWith("HTTP/1.1 204");
        }
    }
}
