package io.jvmroute.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which trailer fields go on, and how they are read and written. */
final class TrailersTest {
    private final ChunkedDecoder decoder = new ChunkedDecoder();
    private final ResponseHeadParser head = new ResponseHeadParser();
    private final RequestHeadEncoder encoder = new RequestHeadEncoder("jvmroute-hop");

    private Map<String, String> decoded(String connection, String trailers) throws HttpSyntaxException {
        head.reset(/* answersHead= */ false);
        assertThat(head.parse(bytes("HTTP/1.1 200 OK\r\nConnection: " + connection + "\r\n\r\n")))
                .isTrue();
        decoder.reset();
        ByteBuffer in = bytes("1\r\nx\r\n0\r\n" + trailers + "\r\n");
        assertThat(decoder.next(in)).isEqualTo(1);
        in.get();
        assertThat(decoder.next(in)).isEqualTo(ChunkedDecoder.END_OF_BODY);
        return decoder.trailers(head);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }

    private String encoded(String connection, String name, String value) throws HttpSyntaxException {
        ByteBuffer out = ByteBuffer.allocate(1000);
        encoder.begin(out, "POST", "/");
        encoder.field("Connection", connection);
        encoder.endFields();
        encoder.end(-1);
        out.clear();
        encoder.trailer(name, value, out);
        return new String(out.array(), 0, out.position(), ISO_8859_1);
    }

    @Test
    void decode_trailers_comeInOrderAndJoined() throws HttpSyntaxException {
        assertThat(decoded("close", "X-B:  1 \r\nDigest: a:b\r\nX-A:\r\nX-B: 2\u00e9\r\n"))
                .containsExactly(entry("X-B", "1, 2\u00e9"), entry("Digest", "a:b"), entry("X-A", ""));
        assertThat(decoded("close", "")).isEmpty();
    }

    @Test
    void decode_largeTrailers_areKept() throws HttpSyntaxException {
        assertThat(decoded("close", "X: " + "v".repeat(8000) + "\r\n")).containsExactly(entry("X", "v".repeat(8000)));
    }

    @Test
    void trailers_namedByConnection_end() throws HttpSyntaxException {
        assertThat(decoded("x-a, close", "X-A: 1\r\nX-B: 2\r\n")).containsExactly(entry("X-B", "2"));
        assertThat(encoded("x-a", "X-A", "1")).isEmpty();
        assertThat(encoded("x-a", "X-B", "1")).isEqualTo("X-B: 1\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding",
                "Content-Length",
                "content_length",
                "Content-Type",
                "Content-Encoding",
                "Content-Range",
                "Connection",
                "Keep-Alive",
                "TE",
                "Trailer",
                "Upgrade",
                "Host",
                "Cache-Control",
                "Expect",
                "Max-Forwards",
                "Range",
                "If-Match",
                "If-None-Match",
                "Authorization",
                "Proxy-Authorization",
                "WWW-Authenticate",
                "Cookie",
                "Set-Cookie",
                "Age",
                "Date",
                "Expires",
                "Location",
                "Retry-After",
                "Vary",
                "Warning",
                "Via",
                "Forwarded",
                "X-Forwarded-For",
                "X_Forwarded_For",
                "Jvmroute-Hop",
                "JVMROUTE_HOP"
            })
    void trailers_thatMayNotTravel_end(String name) throws HttpSyntaxException {
        assertThat(encoded("close", name, "1")).isEmpty();
        assertThat(decoded("close", name + ": 1\r\n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Server-Timing", "Content-Digest", "ETag", "grpc-status", "X-Checksum", "Proxy-Status"})
    void trailers_others_goOn(String name) throws HttpSyntaxException {
        assertThat(encoded("close", name, "1")).isEqualTo(name + ": 1\r\n");
        assertThat(decoded("close", name + ": 1\r\n")).containsExactly(entry(name, "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nB: 1", "a\nb", "\u0000"})
    void encode_valueThatWouldSplit_isDropped(String value) throws HttpSyntaxException {
        assertThat(encoded("close", "X", value)).isEmpty();
        assertThat(encoded("close", "X" + value, "1")).isEmpty();
    }
}
