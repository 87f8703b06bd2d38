package io.jvmroute.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponseHeadParserTest {
    private static final int LIMIT = 1024;
    private static final int MAX_FIELDS = 8;
    private static final String ALPHABET = "\r\n :\t\u0000,;59xXcC\u00e9+-";

    private final ResponseHeadParser parser = new ResponseHeadParser(LIMIT, MAX_FIELDS);

    @Test
    void parse_fields_keepOrderDuplicatesAndBytes() {
        assertThat(parse("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie:b=2 \t\r\nX:\r\nY: \u00e9\t;\r\n\r\nrest"))
                .isEqualTo("200 CLOSE -1 closes [Set-Cookie=a=1][set-cookie=b=2][X=][Y=\u00e9\t;] +4");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 OK                     | Content-Length: 5                          | 200 LENGTH 5 keeps",
                "200 OK                     | Content-Length: 0                          | 200 NONE 0 keeps",
                "200 OK                     | Content-Length: 007                        | 200 LENGTH 7 keeps",
                "200 OK                     | Content-Length: 5~content-length: 5        | 200 LENGTH 5 keeps",
                "200 OK                     | Content-Length: 999999999999999999         | 200 LENGTH 999999999999999999 keeps",
                "200 OK                     | Transfer-Encoding: chunked                 | 200 CHUNKED -1 keeps",
                "200 OK                     | Transfer-Encoding: Chunked                 | 200 CHUNKED -1 keeps",
                "200 OK                     | Connection: close~Content-Length: 5        | 200 LENGTH 5 closes",
                "200 OK                     | Connection: x, CLOSE~Content-Length: 5     | 200 LENGTH 5 closes",
                "200 OK                     | Connection: x~connection: close~Content-Length: 5 | 200 LENGTH 5 closes",
                "200 OK                     | X: 1                                       | 200 CLOSE -1 closes",
                "200                        | Content-Length: 5                          | 200 LENGTH 5 keeps",
                "200 OK                     | Content_Length: 5                          | 200 CLOSE -1 closes",
                "200 OK                     | Transfer_Encoding: chunked                 | 200 CLOSE -1 closes",
                "204 No Content             | X: 1                                       | 204 NONE -1 keeps",
                "204 No Content             | Content-Length: 0                          | 204 NONE 0 keeps",
                "204 No Content             | Content-Length: 5                          | 204 NONE 5 closes",
                "204 No Content             | Transfer-Encoding: chunked                 | 204 NONE -1 closes",
                "304 Not Modified           | Content-Length: 5                          | 304 NONE 5 keeps",
                "304 Not Modified           | Transfer-Encoding: chunked                 | 304 NONE -1 keeps",
                "100 Continue               | X: 1                                       | 100 NONE -1 keeps",
                "101 Switching Protocols    | Upgrade: x                                 | 101 NONE -1 keeps",
                "999 Odd                    | Content-Length: 5                          | 999 LENGTH 5 keeps"
            })
    void parse_framing(String statusLine, String fields, String expected) {
        String head = "HTTP/1.1 " + statusLine + "\r\n" + fields.replace("~", "\r\n") + "\r\n\r\n";

        assertThat(parse(head)).startsWith(expected + " [");
    }

    @ParameterizedTest
    @CsvSource({
        "'Content-Length: 5',200 LENGTH 5 closes",
        "'Content-Length: 5\r\nConnection: keep-alive',200 LENGTH 5 keeps",
        "'Content-Length: 5\r\nConnection: keep-alive, close',200 LENGTH 5 closes",
        "'Connection: keep-alive',200 CLOSE -1 closes"
    })
    void parse_version10(String fields, String expected) {
        assertThat(parse("HTTP/1.0 200 OK\r\n" + fields + "\r\n\r\n")).startsWith(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Length: 5,200 NONE 5 keeps",
        "Transfer-Encoding: chunked,200 NONE -1 keeps",
        "X: 1,200 NONE -1 keeps"
    })
    void parse_answerToHead_hasNoBody(String field, String expected) {
        assertThat(parse("HTTP/1.1 200 OK\r\n" + field + "\r\n\r\n", /* toHead= */ true))
                .startsWith(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0x3\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 3 4\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1000000000000000000\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\n",
                "HTTP/1.1 200 OK\r\n: 5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: 1\r\n folded\r\n\r\n",
                "HTTP/1.1 200 OK\r\n X: 1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: 1\nY: 2\r\n\r\n",
                "HTTP/1.1 200 OK\nX: 1\n\n",
                "HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: a\u0000b\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: a\r\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX\u00e9: a\r\n\r\n",
                "HTTP/1.1 200 O\rK\r\n\r\n",
                "HTTP/1.1 200 O\u0000K\r\n\r\n",
                "HTTP/1.1  200 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 099 OK\r\n\r\n",
                "HTTP/1.1 +20 OK\r\n\r\n",
                "HTTP/1.1 200OK\r\n\r\n",
                "HTTP/1.2 200 OK\r\n\r\n",
                "HTTP/2 200 OK\r\n\r\n",
                "http/1.1 200 OK\r\n\r\n",
                "\r\nHTTP/1.1 200 OK\r\n\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "\r\n\r\n",
                "\n"
            })
    void parse_malformed_isRefused(String head) {
        assertThat(parse(head)).startsWith("malformed");
    }

    @Test
    void parse_headOfTheLimit_isTakenAndOneByteMoreIsNot() {
        String frame = "HTTP/1.1 200 OK\r\nX: \r\n\r\n";
        String fill = "x".repeat(LIMIT - frame.length());

        assertThat(parse("HTTP/1.1 200 OK\r\nX: " + fill + "\r\n\r\n")).startsWith("200");
        assertThat(parse("HTTP/1.1 200 OK\r\nX: x" + fill + "\r\n\r\n")).startsWith("too large");
        assertThat(parse("x".repeat(LIMIT + 1))).startsWith("too large");
    }

    @Test
    void parse_tooManyFields_areRefused() {
        assertThat(parse("HTTP/1.1 200 OK\r\n" + "X: 1\r\n".repeat(MAX_FIELDS) + "\r\n"))
                .startsWith("200");
        assertThat(parse("HTTP/1.1 200 OK\r\n" + "X: 1\r\n".repeat(MAX_FIELDS + 1) + "\r\n"))
                .startsWith("too large");
    }

    @Test
    void parse_defaultLimits_growTheHead() throws HttpSyntaxException {
        ResponseHeadParser large = new ResponseHeadParser();
        large.reset(/* answersHead= */ false);
        String fields = ("X: " + "x".repeat(200) + "\r\n").repeat(256);

        assertThat(large.parse(buffer("HTTP/1.1 200 OK\r\n" + fields + "\r\n"))).isTrue();
        assertThat(large.fieldCount()).isEqualTo(256);
        assertThat(large.valueLength(255)).isEqualTo(200);
    }

    @Test
    void isEndToEnd_hopByHopAndNamedFields_areNot() throws HttpSyntaxException {
        parser.reset(/* answersHead= */ false);
        String[] fields = {
            "X-A: 1",
            "Connection: x-a, Set-Cookie",
            "Keep-Alive: 5",
            "Content-Length: 5",
            "Set-Cookie: a=1",
            "Server: s"
        };
        parser.parse(buffer("HTTP/1.1 200 OK\r\n" + String.join("\r\n", fields) + "\r\n\r\n"));

        assertThat(parser.fieldCount()).isEqualTo(6);
        assertThat(new boolean[] {
                    parser.isEndToEnd(0),
                    parser.isEndToEnd(1),
                    parser.isEndToEnd(2),
                    parser.isEndToEnd(3),
                    parser.isEndToEnd(4),
                    parser.isEndToEnd(5)
                })
                .containsExactly(false, false, false, false, true, true);
    }

    @Test
    void reset_forgetsTheLastHead() {
        parse("HTTP/1.0 200 OK\r\nConnection: close, x\r\nContent-Length: 3\r\n\r\n");

        assertThat(parse("HTTP/1.1 204 No Content\r\nX: 1\r\n\r\n")).isEqualTo("204 NONE -1 keeps [X=1] +0");
    }

    @Test
    void parse_mutatedHeads_meanTheSameHoweverTheyAreCut() {
        Random random = new Random(20_260_101);
        String[] seeds = {
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: x\r\n\r\n5\r\n",
            "HTTP/1.0 304 Not Modified\r\nConnection: keep-alive\r\nETag: \"a\"\r\n\r\n",
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
        };
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(seeds[random.nextInt(seeds.length)]);
            for (int i = random.nextInt(4); i > 0; i--) {
                char c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, c);
                    case 1 -> text.insert(at, c);
                    default -> text.deleteCharAt(at);
                }
            }
            String whole = outcome(text.toString(), new int[] {text.length()}, /* toHead= */ false);
            assertThat(outcome(text.toString(), random.ints(text.length(), 1, 9).toArray(), /* toHead= */ false))
                    .as(text.toString())
                    .isEqualTo(whole);
        }
    }

    private String parse(String text) {
        return parse(text, /* toHead= */ false);
    }

    /** What the parser makes of the text in one piece; it must make the same of single bytes. */
    private String parse(String text, boolean toHead) {
        String whole = outcome(text, new int[] {text.length()}, toHead);
        int[] ones = new int[text.length()];
        Arrays.fill(ones, 1);
        assertThat(outcome(text, ones, toHead)).isEqualTo(whole);
        return whole;
    }

    private String outcome(String text, int[] pieces, boolean toHead) {
        ByteBuffer in = buffer(text);
        int size = in.limit();
        parser.reset(toHead);
        try {
            for (int piece : pieces) {
                in.limit(Math.min(size, in.position() + piece));
                if (parser.parse(in)) {
                    return describe(size - in.position());
                }
            }
            return "incomplete";
        } catch (HttpSyntaxException e) {
            return (e.isTooLarge() ? "too large: " : "malformed: ") + e.getMessage();
        }
    }

    private String describe(int rest) {
        StringBuilder text = new StringBuilder();
        text.append(parser.status()).append(' ').append(parser.framing()).append(' ');
        text.append(parser.contentLength()).append(parser.isKeepAlive() ? " keeps " : " closes ");
        for (int i = 0; i < parser.fieldCount(); i++) {
            text.append('[')
                    .append(new String(parser.bytes(), parser.nameOffset(i), parser.nameLength(i), ISO_8859_1))
                    .append('=')
                    .append(new String(parser.bytes(), parser.valueOffset(i), parser.valueLength(i), ISO_8859_1))
                    .append(']');
        }
        return text.append(" +").append(rest).toString();
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }
}
