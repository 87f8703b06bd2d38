package io.jvmroute.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;

/** Made-up responses, read by us and by HttpCore; in pieces and as a whole; and passed on. */
final class ResponseOracleTest {
    private static final String SEED = "20260103";
    private static final Set<String> HOP_BY_HOP = Set.of("connection", "keep-alive", "x-odd");
    private static final ResponseOracle ORACLE = new ResponseOracle();
    private static int compared;

    @Property(seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void read_anyResponse_asHttpCoreDoes(@ForAll("responses") WireResponse response) {
        compared++;
        ORACLE.check(response);
    }

    @Property(seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void read_inPieces_asAWhole(
            @ForAll("responses") WireResponse response,
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 12) Integer> sizes) {
        int[] pieces = sizes.stream().mapToInt(Integer::intValue).toArray();

        assertThat(Reading.ours(response, pieces)).isEqualTo(Reading.ours(response));
    }

    @Property(seed = SEED, edgeCases = EdgeCasesMode.NONE, tries = 300)
    void read_splitAnywhere_asAWhole(@ForAll("responses") WireResponse response) {
        int length = response.text().length();
        Reading whole = Reading.ours(response);
        for (int at = 1; at < length; at++) {
            assertThat(Reading.ours(response, at, length)).as("split at %d", at).isEqualTo(whole);
        }
    }

    @Property(seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void pass_fields_keepOrderAndBytes(@ForAll("plainFields") List<String> fields) throws HttpSyntaxException {
        ResponseHeadParser head = new ResponseHeadParser();
        head.reset(/* answersHead= */ false);
        String text = "HTTP/1.1 200 OK\r\n" + lines(fields.stream()) + "\r\n";
        assertThat(head.parse(ByteBuffer.wrap(text.getBytes(ISO_8859_1)))).isTrue();

        RequestHeadEncoder encoder = new RequestHeadEncoder();
        ByteBuffer out = ByteBuffer.allocate(4096);
        encoder.begin(out, "GET", "/");
        StringBuilder passed = new StringBuilder();
        for (int i = 0; i < head.fieldCount(); i++) {
            byte[] bytes = head.bytes();
            encoder.field(
                    bytes, head.nameOffset(i), head.nameLength(i), bytes, head.valueOffset(i), head.valueLength(i));
            if (head.isEndToEnd(i)) {
                passed.append(new String(bytes, head.nameOffset(i), head.nameLength(i), ISO_8859_1))
                        .append(": ");
                passed.append(new String(bytes, head.valueOffset(i), head.valueLength(i), ISO_8859_1))
                        .append("\r\n");
            }
        }
        encoder.endFields();
        encoder.end(0);

        boolean oddIsNamed = fields.contains("Connection: keep-alive, X-Odd");
        String expected = lines(fields.stream()
                .filter(field -> {
                    String name = field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT);
                    return name.equals("x-odd") ? !oddIsNamed : !HOP_BY_HOP.contains(name);
                })
                .map(ResponseOracleTest::normal));
        assertThat(passed).hasToString(expected);
        assertThat(new String(out.array(), 0, out.position(), ISO_8859_1))
                .isEqualTo("GET / HTTP/1.1\r\n" + expected + "\r\n");
    }

    private static String lines(Stream<String> fields) {
        return fields.map(field -> field + "\r\n").collect(Collectors.joining());
    }

    /** One blank behind the colon and none at the end (RFC 9112 §5.1): all that changes. */
    private static String normal(String field) {
        int colon = field.indexOf(':');
        return field.substring(0, colon) + ": " + field.substring(colon + 1).strip();
    }

    /** A difference that does not occur has no place in the list, and a comparison that never gets to a body compares nothing. */
    @AfterContainer
    static void allDifferences_haveOccurred() {
        if (compared >= 20_000) {
            assertThat(ORACLE.seen()).containsExactlyInAnyOrder(Strictness.values());
            assertThat(ORACLE.agreed()).isGreaterThan(compared / 4);
        }
    }

    @Provide
    Arbitrary<WireResponse> responses() {
        return WireResponses.any();
    }

    @Provide
    Arbitrary<List<String>> plainFields() {
        return WireResponses.plainFields().list().ofMaxSize(20);
    }
}
