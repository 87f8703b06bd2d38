package io.jvmroute.http1;

import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Makes responses: most nearly valid, with the oddities that readers of HTTP/1.1 are known to disagree about. */
final class WireResponses {
    private static final String INTERESTING = "\r\n \t\u0000:;,+-0x5\u000b\u007f\u00e9\"=aZ";

    private static final List<String> STATUS_LINES = List.of(
            "HTTP/1.1 204 No Content",
            "HTTP/1.1 304 Not Modified",
            "HTTP/1.1 404 Not Found",
            "HTTP/1.1 103 Early Hints",
            "HTTP/1.1 200",
            "HTTP/1.1 200 ",
            "HTTP/1.0 200 OK",
            "HTTP/1.1 999 Odd \u00e9");
    private static final List<String> BAD_STATUS_LINES = List.of(
            "HTTP/1.2 200 OK",
            "HTTP/2.0 200 OK",
            "http/1.1 200 OK",
            "HTTP/1.1  200 OK",
            "HTTP/1.1\t200 OK",
            "HTTP/1.1 20 OK",
            "HTTP/1.1 2000 OK",
            "HTTP/1.1 099 OK",
            "HTTP/1.1 +20 OK",
            "HTTP/1.1 200OK",
            "HTTP/01.1 200 OK",
            " HTTP/1.1 200 OK",
            "200 OK",
            "");
    private static final List<String> FIELDS = List.of(
            "Set-Cookie: a=1; Path=/",
            "set-cookie: b=\"2\"",
            "X:",
            "X-Odd:\t a \t",
            "Date: Thu, 01 Jan 1970 00:00:00 GMT",
            "X-Latin: \u00e9\u00ff",
            "Connection: close",
            "Connection: keep-alive, X-Odd",
            "!#$%&'*+-.^_`|~: token",
            "Trailer: X");
    private static final List<String> BAD_FIELDS = List.of(
            "X : 1",
            " X: 1",
            "\tX: 1",
            ": 1",
            "X",
            "X\u00e9: 1",
            "X Y: 1",
            "X: a\rb",
            "X: a\u0000b",
            "X: a\u000bb",
            "X: a\u007f",
            "X: a\nY: b",
            "X: 1\r\n".repeat(ResponseHeadParser.DEFAULT_MAX_FIELDS) + "X: 1");
    private static final List<String> LENGTHS = List.of(
            "5",
            "0",
            "05",
            "11",
            "+3",
            "-3",
            "0x5",
            "5 5",
            "5,5",
            "5, 5",
            "5;",
            "",
            "999999999999999999",
            "9999999999999999999",
            "5\u0000",
            "\u000b5");
    private static final List<String> CODINGS = List.of(
            "chunked",
            "Chunked",
            "CHUNKED",
            "chunked, chunked",
            "gzip, chunked",
            "chunked, identity",
            "identity",
            "xchunked",
            "chunked;q=1",
            "\"chunked\"",
            "",
            ",chunked",
            "chunked,",
            "\u000bchunked");
    private static final List<String> SIZE_LINES = List.of(
            "5",
            "05",
            "5;x=1",
            "5 ;x=\"a;b\"",
            "5;x",
            "5 ",
            "5\t",
            " 5",
            "+5",
            "-5",
            "0x5",
            "5 5",
            "g",
            "",
            "5,",
            "0000000000000005",
            "fffffffffffffff1",
            "7fffffffffffffff",
            "80000000",
            "5;\u0000",
            "5;a\rb",
            "5;a\nb");
    private static final List<String> TRAILERS = List.of(
            "X: 1", "X: 1\r\nY:", "Content-Length: 5", "X : 1", " X: 1", "X", "X: a\u0000", "X: a\r", "X: a\nY: 1");

    private WireResponses() {}

    /** Any of them. */
    static Arbitrary<WireResponse> any() {
        Arbitrary<String> heads = Combinators.combine(
                        mostly(20, statusLines(), BAD_STATUS_LINES),
                        fields().list().ofMaxSize(5),
                        ends(),
                        ends())
                .as((status, fields, end, blank) -> {
                    StringBuilder head = new StringBuilder(status).append(end);
                    fields.forEach(field -> head.append(field).append("\r\n"));
                    return head.append(blank).toString();
                });
        Arbitrary<Boolean> toHead = Arbitraries.frequency(Tuple.of(9, false), Tuple.of(1, true));
        return Combinators.combine(heads, bodies(), edits(), toHead)
                .as((head, body, edits, isHead) -> new WireResponse(edit(head + body, edits), isHead));
    }

    private static Arbitrary<String> statusLines() {
        return Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just("HTTP/1.1 200 OK")), Tuple.of(1, Arbitraries.of(STATUS_LINES)));
    }

    private static Arbitrary<String> fields() {
        return Arbitraries.frequencyOf(
                Tuple.of(16, plainFields()),
                Tuple.of(5, framing("Content-Length", LENGTHS)),
                Tuple.of(9, framing("Transfer-Encoding", CODINGS)),
                Tuple.of(1, Arbitraries.of(BAD_FIELDS)));
    }

    /** Fields that say nothing of framing. */
    static Arbitrary<String> plainFields() {
        return Arbitraries.of(FIELDS);
    }

    /** One framing field, mostly with the most usual value. */
    private static Arbitrary<String> framing(String name, List<String> values) {
        Arbitrary<String> value = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(values.get(0))), Tuple.of(1, Arbitraries.of(values)));
        Arbitrary<String> spelling = Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.just(name + ": ")),
                Tuple.of(
                        1,
                        Arbitraries.of(
                                name.toLowerCase(Locale.ROOT) + ":",
                                name + " : ",
                                name + ":\t",
                                name.replace('-', '_') + ": ",
                                name + "\u0000: ")));
        return Combinators.combine(spelling, value).as(String::concat);
    }

    private static Arbitrary<String> ends() {
        return mostly(20, Arbitraries.just("\r\n"), List.of("\n", "\r\r\n", "\r", "", "\r\n\r\n"));
    }

    private static Arbitrary<String> bodies() {
        Arbitrary<String> plain = Arbitraries.of(
                "hello", "hello", "", "hello world", "hell", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Arbitrary<String> chunks = Combinators.combine(
                        mostly(12, Arbitraries.of("5", "5", "00005"), SIZE_LINES),
                        mostly(20, Arbitraries.just("\r\n"), List.of("\n", "\r", "\r\r\n")),
                        mostly(
                                20,
                                Arbitraries.just("hello\r\n"),
                                List.of("hello\n", "hello", "hello!\r\n", "hell\r\n", "hello\r\r\n")))
                .as((size, end, data) -> size + end + data);
        Arbitrary<String> last =
                mostly(10, Arbitraries.of("0", "0", "000", "0;x"), List.of("0 ", " 0", "+0", "-0", "0x0", ""));
        Arbitrary<String> trailers = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just("")),
                Tuple.of(1, Arbitraries.of(TRAILERS).map(trailer -> trailer + "\r\n")));
        Arbitrary<String> chunked = Combinators.combine(
                        chunks.list().ofMaxSize(3),
                        last,
                        trailers,
                        mostly(10, Arbitraries.just("\r\n"), List.of("", "\n", "\r\nHTTP", "\r\r\n")))
                .as((parts, end, fields, blank) -> String.join("", parts) + end + "\r\n" + fields + blank);
        return Arbitraries.frequencyOf(Tuple.of(1, plain), Tuple.of(2, chunked));
    }

    private static Arbitrary<String> mostly(int weight, Arbitrary<String> usual, List<String> odd) {
        return Arbitraries.frequencyOf(Tuple.of(weight, usual), Tuple.of(1, Arbitraries.of(odd)));
    }

    /** One change of one byte. */
    private record Edit(double where, char character, int kind) {}

    private static Arbitrary<List<Edit>> edits() {
        Arbitrary<Edit> edit = Combinators.combine(
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.chars().with(INTERESTING),
                        Arbitraries.integers().between(0, 2))
                .as(Edit::new);
        return Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(List.of())),
                Tuple.of(1, edit.list().ofMinSize(1).ofMaxSize(2)));
    }

    private static String edit(String text, List<Edit> edits) {
        StringBuilder edited = new StringBuilder(text);
        for (Edit edit : edits) {
            int at = (int) (edit.where() * Math.max(0, edited.length() - 1));
            switch (edit.kind()) {
                case 0 -> edited.insert(at, edit.character());
                case 1 -> edited.deleteCharAt(at);
                default -> edited.setCharAt(at, edit.character());
            }
        }
        return edited.toString();
    }
}
