package io.jvmroute.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a client may write so that two servers behind each other see different requests: whatever the frontend takes for one request, the
 * owner serves as that one request, or nobody does.
 *
 * <p>The statuses are those of the frontend's container, whose parser is the guard here, Tomcat's, then Jetty's where that differs; the hop frames each body anew. Tomcat takes a
 * request with length and coding by its coding, and closes the connection behind it (RFC 9112 §6.3 rule 3); Jetty refuses it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class SmugglingContract {
    private static final String HIDDEN = "GET /rec/hidden HTTP/1.1\r\nHost: h\r\n%s\r\n\r\n";
    private static final String LAST = "GET /rec/last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n%s\r\n\r\n";

    private TwoNodes nodes;

    /** Starts them. */
    protected abstract TwoNodes two(String name) throws Exception;

    /** The statuses of the frontend's container. */
    protected abstract String either(String tomcat, String jetty);

    @BeforeAll
    void start() throws Exception {
        nodes = two("smuggling");
    }

    @AfterAll
    void stop() {
        nodes.close();
    }

    @BeforeEach
    void forget() {
        nodes.forget();
    }

    @AfterEach
    void nothingIsLeft() {
        TwoNodes.awaitNothingLeft(nodes.frontend);
    }

    /** Each begins with what is answered: {@code Tomcat / Jetty}. {@code {c}} is the cookie, {@code {hidden}} a request to hide; the last request of the connection follows. */
    static Stream<Arguments> attacks() {
        String chunkedBody = "0\r\n\r\n{hidden}";
        return Stream.of(
                post("200 / 400", "length and coding", "Content-Length: 5\r\nTransfer-Encoding: chunked", chunkedBody),
                post(
                        "200 / 400",
                        "coding and length",
                        "Transfer-Encoding: chunked\r\nContent-Length: 500",
                        chunkedBody),
                post("400", "coding, identity", "Transfer-Encoding: chunked, identity", chunkedBody),
                post("501 / 400", "identity, coding", "Transfer-Encoding: identity, chunked", chunkedBody),
                post(
                        "501 / 400",
                        "identity and coding",
                        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
                        chunkedBody),
                post("501 / 400", "another coding, coding", "Transfer-Encoding: gzip, chunked", chunkedBody),
                post("400", "coding twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", chunkedBody),
                post("400", "coding with a blank", "Transfer-Encoding : chunked", chunkedBody),
                post("501 / 400", "coding of another name", "Transfer-Encoding: xchunked", chunkedBody),
                post("200 200 200", "coding with a tab", "Transfer-Encoding:\tchunked", chunkedBody),
                post("400", "coding with a vertical tab", "Transfer-Encoding: \u000bchunked", chunkedBody),
                post("400", "coding quoted", "Transfer-Encoding: \"chunked\"", chunkedBody),
                post(
                        "200 200 200",
                        "coding by its alias",
                        "Transfer_Encoding: chunked\r\nContent-Length: 5",
                        chunkedBody),
                post("200 200 200 / 400", "coding folded", "Transfer-Encoding:\r\n chunked", chunkedBody),
                post("400", "coding behind a bare CR", "X: 1\rTransfer-Encoding: chunked", chunkedBody),
                post("200 200 200", "coding behind a bare LF", "X: 1\nTransfer-Encoding: chunked", chunkedBody),
                post("400", "different lengths", "Content-Length: 0\r\nContent-Length: 5", "hello{hidden}"),
                post("400", "a list of lengths", "Content-Length: 5, 5", "hello{hidden}"),
                post("400", "the same length twice", "Content-Length: 5\r\nContent-Length: 5", "hello{hidden}"),
                post("400", "a positive length", "Content-Length: +5", "hello{hidden}"),
                post("400", "a negative length", "Content-Length: -5", "hello{hidden}"),
                post("400", "a hexadecimal length", "Content-Length: 0x5", "hello{hidden}"),
                post("400", "a length beyond all", "Content-Length: 9999999999999999999999", "hello{hidden}"),
                post("200 200 200", "length by its alias", "Content_Length: 5", "{hidden}"),
                post("200 200 200 / 400", "a folded field", "X: 1\r\n Content-Length: 5", "{hidden}"),
                post("400", "no colon", "Content-Length", "{hidden}"),
                post("400", "NUL in a name", "Content-Length\u0000: 5", "{hidden}"),
                post("400", "NUL in a value", "X: a\u0000b", "{hidden}"),
                post("200 200 200", "a hidden body", "Content-Length: 5", "hello{hidden}"),
                post("200 200", "a length that hides a request", "Content-Length: {hiddenLength}", "{hidden}"),
                chunks("400", "a size beyond all", "ffffffffffffffff5\r\nhello\r\n0\r\n\r\n{hidden}"),
                chunks("400 / 408", "a size of 2^32", "100000005\r\nhello\r\n0\r\n\r\n"),
                chunks("400", "a size with 0x", "0x5\r\nhello\r\n0\r\n\r\n{hidden}"),
                chunks("400", "a size with a sign", "+5\r\nhello\r\n0\r\n\r\n{hidden}"),
                chunks("400", "a size with blanks", "5 5\r\nhello\r\n0\r\n\r\n{hidden}"),
                chunks("400", "a size with a bare LF", "5\nhello\r\n0\r\n\r\n{hidden}"),
                chunks("400", "an extension with a bare LF", "5;x\nhello\r\n0\r\n\r\n{hidden}"),
                chunks("400", "an extension beyond all", "5;" + "x".repeat(20_000) + "\r\nhello\r\n0\r\n\r\n{hidden}"),
                chunks("400", "an extension", "5;x=\"{hidden}\r\nhello\r\n0\r\n\r\n"),
                chunks("400", "a chunk longer than its size", "5\r\nhello!\r\n0\r\n\r\n{hidden}"),
                chunks("400", "a last chunk of a bare LF", "5\r\nhello\r\n0\r\n\n{hidden}"),
                chunks(
                        "200 200 200",
                        "trailers that frame",
                        "5\r\nhello\r\n0\r\nContent-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n{hidden}"),
                request("200 200 200", "DELETE with a body", "DELETE", "Content-Length: 5", "hello{hidden}"),
                request("200 200 200", "OPTIONS with a body", "OPTIONS", "Content-Length: 5", "hello{hidden}"),
                request("200 200 200", "GET with a body", "GET", "Content-Length: 5", "hello{hidden}"),
                request(
                        "200 200 200",
                        "GET with chunks",
                        "GET",
                        "Transfer-Encoding: chunked",
                        "5\r\nhello\r\n0\r\n\r\n{hidden}"),
                request("200 200 200", "HEAD with a body", "HEAD", "Content-Length: 5", "hello{hidden}"),
                request("200 200 200", "a method of its own", "SMUGGLE", "Content-Length: 5", "hello{hidden}"),
                request(
                        "417",
                        "an expectation of its own",
                        "POST",
                        "Expect: 200-ok\r\nContent-Length: 5",
                        "hello{hidden}"),
                request(
                        "100 200 200 200 / 200 200 200",
                        "an early body",
                        "POST",
                        "Expect: 100-continue\r\nContent-Length: 5",
                        "hello{hidden}"),
                request(
                        "200 200 200",
                        "an upgrade to h2c",
                        "GET",
                        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
                        "{hidden}"),
                Arguments.of(
                        "400",
                        "HTTP/1.0 with chunks",
                        "POST /rec/first HTTP/1.0\r\nConnection: keep-alive\r\n{c}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"),
                Arguments.of("200 200 200", "bare LF all over", "GET /rec/first HTTP/1.1\nHost: h\n{c}\n\n{hidden}"),
                Arguments.of(
                        "400", "two hosts", "GET /rec/first HTTP/1.1\r\nHost: h\r\nHost: i\r\n{c}\r\n\r\n{hidden}"),
                Arguments.of(
                        "200 200",
                        "CR LF in the target",
                        "GET /rec/first%0d%0aX:1?a=%0d%0a%0d%0aGET%20/rec/hidden HTTP/1.1\r\nHost: h\r\n{c}\r\n\r\n"),
                Arguments.of(
                        "400", "NUL in the target", "GET /rec/fir\u0000st HTTP/1.1\r\nHost: h\r\n{c}\r\n\r\n{hidden}"),
                Arguments.of(
                        "200 200",
                        "a blank in the target",
                        "GET /rec/first HTTP/1.1\r\nX: y HTTP/1.1\r\nHost: h\r\n{c}\r\n\r\n"),
                Arguments.of(
                        "200 200 200",
                        "empty lines in front",
                        "\r\n\r\nGET /rec/first HTTP/1.1\r\nHost: h\r\n{c}\r\n\r\n{hidden}"));
    }

    private static Arguments post(String expected, String name, String framing, String body) {
        return request(expected, name, "POST", framing, body);
    }

    private static Arguments chunks(String expected, String name, String body) {
        return post(expected, name, "Transfer-Encoding: chunked", body);
    }

    private static Arguments request(String expected, String name, String method, String framing, String body) {
        return Arguments.of(
                expected, name, method + " /rec/first HTTP/1.1\r\nHost: h\r\n{c}\r\n" + framing + "\r\n\r\n" + body);
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource("attacks")
    void request_thatTwoReadDifferently_isReadAsOne(String expected, String name, String template) throws Exception {
        String hidden = HIDDEN.formatted(nodes.cookie);
        String text = template.replace("{c}", nodes.cookie)
                        .replace("{hiddenLength}", String.valueOf(hidden.length()))
                        .replace("{hidden}", hidden)
                + LAST.formatted(nodes.cookie);

        String responses = RawClient.send(nodes.frontend.port(), text);

        List<String> statuses = RawClient.statuses(responses);
        assertThat(String.join(" ", statuses))
                .isEqualTo(either(expected.replaceAll(" / .*", ""), expected.replaceAll(".* / ", "")));
        List<String> taken = nodes.frontend.requests;
        int answered = (int) statuses.stream().filter("200"::equals).count();
        assertThat(nodes.recorder.served)
                .as("served by the owner, of %s", taken)
                .hasSize(answered)
                .allMatch(served -> taken.stream().anyMatch(served::startsWith));
        List<String> reached = nodes.owner.requests;
        assertThat(reached).as("reached the owner").isEqualTo(taken.subList(0, reached.size()));
    }
}
