package io.jvmroute.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestHeadEncoderTest {
    private final RequestHeadEncoder encoder = new RequestHeadEncoder("jvmroute-hop");

    @Test
    void encode_plainGet() throws HttpSyntaxException {
        assertThat(head("GET", "/a", 0, "Host: h", "Accept: */*"))
                .isEqualTo("GET /a HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n");
    }

    @Test
    void encode_targetBytes_goAsTheyCame() throws HttpSyntaxException {
        String target = "//ab/../%41;p=1?{a|b}&\u00e9=\"<>\\^`";

        assertThat(head("GET", target, 0)).startsWith("GET " + target + " HTTP/1.1\r\n");
    }

    @Test
    void encode_duplicateFields_keepOrderAndCase() throws HttpSyntaxException {
        assertThat(head("GET", "/", 0, "cOOkie: a=1", "X: 1", "Cookie: b=2", "X: "))
                .isEqualTo("GET / HTTP/1.1\r\ncOOkie: a=1\r\nX: 1\r\nCookie: b=2\r\nX: \r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: close",
                "CONNECTION: keep-alive",
                "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "Proxy-Authorization: Basic eDp5",
                "TE: gzip;q=0.5",
                "Transfer-Encoding: chunked",
                "transfer_encoding: chunked",
                "Upgrade: h2c",
                "HTTP2-Settings: AAMA",
                "Content-Length: 7",
                "Content_Length: 7",
                "Expect: 100-continue",
                "Jvmroute-Hop: forged",
                "jvmroute_hop: forged",
                "JVMROUTE-HOP: forged",
                "X_Forwarded_For: 1.2.3.4",
                "X-Forwarded_Proto: https"
            })
    void encode_fieldOfTheConnection_isDropped(String field) throws HttpSyntaxException {
        assertThat(head("GET", "/", 0, "A: 1", field, "B: 2")).isEqualTo("GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 1",
                "Trailer: X",
                "TEA: 1",
                "Upgrade-Insecure-Requests: 1",
                "Via: 1.1 x",
                "X_Y: 1"
            })
    void encode_endToEndField_isKept(String field) throws HttpSyntaxException {
        assertThat(head("GET", "/", 0, field)).isEqualTo("GET / HTTP/1.1\r\n" + field + "\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TE: trailers", "te: gzip, Trailers"})
    void encode_trailersAccepted_isSaidAgain(String field) throws HttpSyntaxException {
        assertThat(head("GET", "/", 0, "A: 1", field, "Connection: TE", "B: 2"))
                .isEqualTo("GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\nTE: trailers\r\nConnection: TE\r\n\r\n");
    }

    @Test
    void encode_fieldNamedByConnection_isDroppedWhereverItStands() throws HttpSyntaxException {
        assertThat(head("GET", "/", 0, "X-One: 1", "Connection: x-one , close,X-Two", "A: 1", "X-TWO: 2", "X_One: 3"))
                .isEqualTo("GET / HTTP/1.1\r\nA: 1\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "Host,h",
        "Cookie,a=1",
        "Authorization,Basic eDp5",
        "Content-Type,text/plain",
        "Content-Encoding,gzip",
        "Forwarded,for=1.2.3.4",
        "X-Forwarded-For,1.2.3.4"
    })
    void encode_protectedFieldNamedByConnection_isKept(String name, String value) throws HttpSyntaxException {
        assertThat(head("GET", "/", 0, "Connection: " + name, name + ": " + value))
                .isEqualTo("GET / HTTP/1.1\r\n" + name + ": " + value + "\r\n\r\n");
    }

    @Test
    void encode_ownFieldNamedByConnection_isAdded() throws HttpSyntaxException {
        ByteBuffer out = ByteBuffer.allocate(1024);
        encoder.begin(out, "GET", "/");
        encoder.field("Connection", "Jvmroute-Hop");
        encoder.endFields();
        encoder.own("Jvmroute-Hop", "ticket");
        encoder.end(0);

        assertThat(text(out)).isEqualTo("GET / HTTP/1.1\r\nJvmroute-Hop: ticket\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: gzip",
                "Transfer-Encoding: gzip, chunked",
                "transfer-encoding: identity",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: "
            })
    void encode_anotherCoding_isRefused(String field) {
        assertThatThrownBy(() -> head("POST", "/", -1, "Transfer-Encoding: chunked", field))
                .isInstanceOf(HttpSyntaxException.class)
                .hasMessage("Transfer-Encoding other than chunked");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "GET,0,-",
                "DELETE,0,-",
                "POST,0,Content-Length: 0",
                "PUT,0,Content-Length: 0",
                "PATCH,0,Content-Length: 0",
                "GET,5,Content-Length: 5",
                "DELETE,5,Content-Length: 5",
                "POST,9223372036854775807,Content-Length: 9223372036854775807",
                "POST,-1,Transfer-Encoding: chunked",
                "OPTIONS,-1,Transfer-Encoding: chunked"
            })
    void encode_framing_isMadeAnew(String method, long length, String framing) throws HttpSyntaxException {
        assertThat(head(method, "/", length, "Content-Length: 77", "Transfer-Encoding: Chunked"))
                .isEqualTo(method + " / HTTP/1.1\r\n" + (framing == null ? "" : framing + "\r\n") + "\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "'GE T',/",
        "'GET\r\nX',/",
        "GÉT,/",
        "GET,'/a b'",
        "GET,'/\r\nX: 1'",
        "GET,'/\n'",
        "GET,'/\u0000'",
        "GET,/€",
        "GET,'/\u007f'",
        "'',/",
        "GET,''"
    })
    void encode_requestLineThatSplits_isRefused(String method, String target) {
        assertRefused(() -> head(method, target, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\r\nb", "a:", "é", "€"})
    void encode_badFieldName_isRefused(String name) {
        byte[] bytes = name.getBytes(ISO_8859_1);
        assertRefused(() -> encode(() -> encoder.field(name, "v")));
        assertRefused(() -> encode(() -> encoder.field(bytes, 0, bytes.length, bytes, 0, 0)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\rb", "a\nb", "a\u0000b", "\u007f", "\u001b"})
    void encode_badFieldValue_isRefused(String value) {
        byte[] bytes = ("X" + value).getBytes(ISO_8859_1);
        assertRefused(() -> encode(() -> encoder.field("X", value)));
        assertRefused(() -> encode(() -> encoder.field(bytes, 0, 1, bytes, 1, bytes.length - 1)));
    }

    @Test
    void encode_twoHosts_areRefused() {
        assertRefused(() -> head("GET", "/", 0, "Host: a", "HOST: a"));
    }

    @Test
    void hasHost_tellsWhetherTheClientSentOne() throws HttpSyntaxException {
        head("GET", "/", 0, "Host: a");
        assertThat(encoder.hasHost()).isTrue();
        head("GET", "/", 0);
        assertThat(encoder.hasHost()).isFalse();
    }

    @Test
    void encode_anySizeOfBuffer_fitsOrIsTooLarge() throws HttpSyntaxException {
        int needed = head("POST", "/path", -1, "Host: h", "Accept: */*").length();
        for (int size = 0; size <= needed; size++) {
            ByteBuffer out = ByteBuffer.allocate(size);
            if (size == needed) {
                encodeInto(out);
            } else {
                assertThatThrownBy(() -> encodeInto(out))
                        .isInstanceOfSatisfying(
                                HttpSyntaxException.class,
                                e -> assertThat(e.isTooLarge()).isTrue());
            }
        }
    }

    @Test
    void fault_showsTheCharacterAsANumber() {
        assertThatThrownBy(() -> head("GET", "/a\rb", 0)).hasMessage("target with the character 0x0d");
        assertThatThrownBy(() -> head("GET", "/", 0, "A: a\u001bb")).hasMessage("field value with the character 0x1b");
    }

    private void encodeInto(ByteBuffer out) throws HttpSyntaxException {
        encoder.begin(out, "POST", "/path");
        encoder.field("Host", "h");
        encoder.field("Accept", "*/*");
        encoder.endFields();
        encoder.end(-1);
    }

    private static void assertRefused(ThrowingCallable encoding) {
        assertThatThrownBy(encoding)
                .isInstanceOfSatisfying(
                        HttpSyntaxException.class,
                        e -> assertThat(e.isTooLarge()).isFalse());
    }

    private void encode(Runnable fields) throws HttpSyntaxException {
        encoder.begin(ByteBuffer.allocate(1024), "GET", "/");
        fields.run();
        encoder.endFields();
        encoder.end(0);
    }

    /** The head as bytes and as text must be the same. */
    private String head(String method, String target, long length, String... fields) throws HttpSyntaxException {
        String fromText = head(method, target, length, /* asBytes= */ false, fields);
        assertThat(head(method, target, length, /* asBytes= */ true, fields)).isEqualTo(fromText);
        return fromText;
    }

    private String head(String method, String target, long length, boolean asBytes, String... fields)
            throws HttpSyntaxException {
        ByteBuffer out = ByteBuffer.allocateDirect(1024);
        encoder.begin(out, method, target);
        for (String field : fields) {
            int colon = field.indexOf(':');
            if (asBytes) {
                byte[] bytes = field.getBytes(ISO_8859_1);
                encoder.field(bytes, 0, colon, bytes, colon + 2, bytes.length - colon - 2);
            } else {
                encoder.field(field.substring(0, colon), field.substring(colon + 2));
            }
        }
        encoder.endFields();
        encoder.end(length);
        return text(out);
    }

    private static String text(ByteBuffer out) {
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return new String(bytes, ISO_8859_1);
    }
}
