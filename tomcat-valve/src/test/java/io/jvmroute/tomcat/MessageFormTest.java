package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmroute.testing.Http2Client;
import io.jvmroute.testing.RawPeer;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.coyote.http2.HeaderReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies, versions, fields and targets of all forms through a Tomcat frontend. */
class MessageFormTest extends FrontendTestBase {
    /** Answers each request on its connections with these lines, the last of which is the body. */
    private void answer(String... lines) {
        backend.follow(peer -> {
            seen.add(peer.readHead());
            String response = lines(lines).replaceFirst("\r\n", "\r\nConnection: close\r\n");
            peer.write(response.substring(0, response.length() - 2));
        });
    }

    // ---- bodies ----

    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE", "OPTIONS", "PATCH", "PROPFIND"})
    void requestBody_ofAnyMethod_goesOn(String method) throws Exception {
        for (boolean chunked : new boolean[] {false, true}) {
            backend.follow(peer -> {
                seen.add(peer.readHead());
                seen.add(chunked ? peer.readUntil("0\r\n\r\n") : peer.read(2));
                // as it does: an end that comes unannounced meets the next request, which may be of a kind that is not
                // repeated
                peer.write(lines("HTTP/1.1 200 OK", "Content-Length: 0", "Connection: close", ""));
            });
            String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: 2";
            String body = chunked ? lines("2", "hi", "0", "") : "hi";

            assertThat(exchange(method + " / HTTP/1.1", "Host: a", "Connection: close", framing, "", body))
                    .startsWith("HTTP/1.1 200");
            assertThat(seen.take()).startsWith(method + " / HTTP/1.1").contains(framing);
            assertThat(seen.take()).isEqualTo(body);
        }
    }

    @Test
    void requestBody_http2OfUnknownLength_isChunked() throws Exception {
        backend.follow(peer -> {
            seen.add(peer.readHead());
            seen.add(peer.readUntil("0\r\n\r\n"));
            peer.write(lines("HTTP/1.1 200 OK", "Content-Length: 0", ""));
        });
        try (Http2Client client = new Http2Client(frontend.port(), new HeaderReader()::read)) {
            int stream = client.request("PUT", "/", false);
            client.data(stream, "a", false);
            client.data(stream, "b", true);
            assertThat(client.response(stream).get(0).fields()).contains(":status: 200");
        }
        assertThat(seen.take()).contains("Transfer-Encoding: chunked").doesNotContain("Content-Length");
        assertThat(seen.take().replaceAll("[0-9]|\r\n", "")).isEqualTo("ab");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked", "X: close-delimited", "Content-Length: 2"})
    void response_ofAnyFraming_reachesAnyVersion(String framing) throws Exception {
        String body = framing.contains("chunked") ? lines("2", "hi", "0", "") : "hi";
        answer("HTTP/1.1 200 OK", framing, "", body);

        assertThat(exchange("GET / HTTP/1.1", "Host: a", "Connection: close", ""))
                .contains("hi");
        assertThat(exchange("GET / HTTP/1.0", "")).endsWith("\r\n\r\nhi").doesNotContain("chunked");
        try (Http2Client client = new Http2Client(frontend.port(), new HeaderReader()::read)) {
            assertThat(client.response(client.request("GET", "/", true)).stream()
                            .map(Http2Client.Part::data)
                            .collect(Collectors.joining()))
                    .isEqualTo("hi");
        }
    }

    @Test
    void response_http10KeepAlive_leavesTheConnection() throws Exception {
        answer("HTTP/1.1 200 OK", "Content-Length: 2", "", "hi");
        try (RawPeer client = client()) {
            for (int i = 0; i < 2; i++) {
                client.write(lines("GET / HTTP/1.0", "Connection: keep-alive", ""));
                assertThat(client.readHead()).contains("Connection: keep-alive", "Content-Length: 2");
                assertThat(client.read(2)).isEqualTo("hi");
            }
        }
    }

    @Test
    void response_http10KeepAliveOfUnknownLength_endsWithTheConnection() throws Exception {
        answer("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", lines("2", "hi", "0", ""));

        assertThat(exchange("GET / HTTP/1.0", "Connection: keep-alive", "")).endsWith("\r\n\r\nhi");
        assertThat(seen.take()).contains("\r\nHost: \r\n").doesNotContain("null");
    }

    @ParameterizedTest
    @CsvSource({"HEAD,200", "GET,204", "GET,304", "HEAD,304"})
    void response_withoutBody_leavesTheConnection(String method, int status) throws Exception {
        answer("HTTP/1.1 " + status + " X", status == 204 ? "X: 1" : "Content-Length: 5", "ETag: \"a\"", "", "");
        try (RawPeer client = client()) {
            for (int i = 0; i < 2; i++) {
                client.write(lines(method + " / HTTP/1.1", "Host: a", ""));
                String head = client.readHead();
                assertThat(head).startsWith("HTTP/1.1 " + status).contains("ETag: \"a\"");
                assertThat(head.contains("Content-Length: 5")).isEqualTo(status == 200);
            }
        }
    }

    // ---- truncation ----

    private void dieInsideTheBody(String framing, String part) {
        backend.follow(peer -> {
            peer.readHead();
            peer.write(lines("HTTP/1.1 200 OK", framing, "", part).stripTrailing());
            seen.take(); // the client has its part
        });
    }

    @Test
    void truncation_http10CloseDelimited_isAReset() throws Exception {
        dieInsideTheBody("Transfer-Encoding: chunked", lines("2", "hi"));
        try (RawPeer client = client()) {
            client.write(lines("GET / HTTP/1.0", ""));
            client.readHead();
            assertThat(client.read(2)).isEqualTo("hi");
            seen.add("read");
            assertThatThrownBy(client::readAll).isInstanceOf(IOException.class).hasMessageContaining("reset");
        }
    }

    @Test
    void truncation_http11_hasNoLastChunk() throws Exception {
        dieInsideTheBody("Transfer-Encoding: chunked", lines("2", "hi"));
        try (RawPeer client = client()) {
            client.write(lines("GET / HTTP/1.1", "Host: a", ""));
            client.readHead();
            assertThat(client.readUntil("2\r\nhi\r\n")).isNotEmpty();
            seen.add("read");
            assertThat(client.readAll()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked"})
    void truncation_http2_isAResetStream(String framing) throws Exception {
        dieInsideTheBody(framing, framing.contains("chunked") ? lines("2", "hi") : "hi");
        try (Http2Client client = new Http2Client(frontend.port(), new HeaderReader()::read)) {
            int stream = client.request("GET", "/", true);
            assertThat(client.next(stream).fields()).contains(":status: 200");
            assertThat(client.next(stream).data()).isEqualTo("hi");
            seen.add("read");
            List<Http2Client.Part> rest = client.response(stream);
            assertThat(rest).noneMatch(Http2Client.Part::last);
            assertThat(rest.get(rest.size() - 1).reset()).isTrue();
            answer("HTTP/1.1 200 OK", "Content-Length: 0", "", "");
            int next = client.request("HEAD", "/", true); // the connection goes on
            assertThat(client.next(next).fields()).contains(":status: 200");
        }
    }

    // ---- fields and targets ----

    @Test
    void fields_http2_keepOrderAndDuplicates() throws Exception {
        answer("HTTP/1.1 200 OK", "Set-Cookie: a", "X: 1", "set-cookie: b", "Content-Length: 0", "", "");
        try (Http2Client client = new Http2Client(frontend.port(), new HeaderReader()::read)) {
            int stream = client.request("GET", "/", true, "x: 1", "y: 2", "x: 3");
            List<String> fields = client.response(stream).get(0).fields();

            assertThat(fields).containsSubsequence("set-cookie: a", "x: 1", "set-cookie: b");
        }
        assertThat(seen.take()).containsSubsequence("x: 1\r\n", "y: 2\r\n", "x: 3\r\n", "Host: 127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/?",
                "/a?",
                "/a?b=c?d",
                "/{|}?{|}",
                "/a?x=%2F%2f",
                "/a//b///c",
                "/a;p=1/b;q",
                "/a/..;/b",
                "/a/%2e%2e/b",
                "/a/./b/../c",
                "/@host/",
                "/a@b:80/c",
                "/http://x/y",
                "/%c3%a9?%00%ff",
                "/a?x=%zz&&=&"
            })
    void target_isForwardedByteForByte(String target) throws Exception {
        answer("HTTP/1.1 200 OK", "Content-Length: 0", "", "");

        assertThat(exchange("GET " + target + " HTTP/1.1", "Host: a", "Connection: close", ""))
                .startsWith("HTTP/1.1 200");
        assertThat(seen.take()).startsWith("GET " + target + " HTTP/1.1\r\n");
        try (Http2Client client = new Http2Client(frontend.port(), new HeaderReader()::read)) {
            assertThat(client.response(client.request("GET", target, true))
                            .get(0)
                            .fields())
                    .contains(":status: 200");
        }
        assertThat(seen.take()).startsWith("GET " + target + " HTTP/1.1\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "http://evil.example/x?y,evil.example,/x?y,evil.example",
        "http://evil.example,evil.example,/,evil.example",
        "//evil.example/x,a,//evil.example/x,a"
    })
    void target_thatNamesAHost_selectsNone(String target, String host, String forwarded, String forwardedHost)
            throws Exception {
        answer("HTTP/1.1 200 OK", "Content-Length: 0", "", "");

        exchange("GET " + target + " HTTP/1.1", "Host: " + host, "Connection: close", "");

        assertThat(seen.take())
                .startsWith("GET " + forwarded + " HTTP/1.1\r\n")
                .containsIgnoringCase("\r\nhost: " + forwardedHost + "\r\n");
    }
}
