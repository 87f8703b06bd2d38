package io.jvmroute.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ChunkedDecoderTest {
    private final ChunkedDecoder decoder = new ChunkedDecoder();

    @ParameterizedTest
    @CsvSource({
        "'0\r\n\r\n',' +0'",
        "'5\r\nhello\r\n0\r\n\r\n',hello +0",
        "'5\r\nhello\r\n0\r\n\r\nHTTP',hello +4",
        "'5\r\nhello\r\n6\r\n world\r\n000\r\n\r\n',hello world +0",
        "'A\r\n0123456789\r\n0\r\n\r\n',0123456789 +0",
        "'a\r\n0\r\n\r\n6789\r\n\r\n0\r\n\r\n',malformed",
        "'5;x=1\r\nhello\r\n0;y\r\n\r\n',hello +0",
        "'5 ;x=\"1\"\r\nhello\r\n0\r\n\r\n',hello +0",
        "'5\r\nhello\r\n0\r\nX: 1\r\nY:\r\n\r\n',hello +0",
        "'5\r\nhell',incomplete",
        "'5\r\nhello\r\n0\r\n',incomplete",
        "'5\r\nhello\r\n0\r\nX: 1\r\n',incomplete"
    })
    void decode_table(String text, String expected) {
        assertThat(decode(text)).startsWith(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "g\r\n",
                "-5\r\n",
                "+5\r\n",
                " 5\r\n",
                "0x5\r\n",
                "5 \r\nhello\r\n0\r\n\r\n",
                "5 5\r\n",
                "5\nhello\n0\n\n",
                "5\r\nhello\n",
                "5\r\nhello!\r\n",
                "5\r\r\n",
                "5;x\ny\r\n",
                "5;x\u0000\r\n",
                "1000000000000000\r\n",
                "0000000000000005\r\nhello\r\n",
                "0\r\nX : 1\r\n\r\n",
                "0\r\n X: 1\r\n\r\n",
                "0\r\nX\r\n\r\n",
                "0\r\nX: 1\n\r\n",
                "0\r\nX: \u0000\r\n\r\n",
                "0\r\n\rX"
            })
    void decode_malformed_isRefused(String text) {
        assertThat(decode(text)).startsWith("malformed");
    }

    @Test
    void decode_largestSize_isTaken() {
        assertThat(decode("fffffffffffffff\r\nx")).isEqualTo("incomplete");
    }

    @Test
    void decode_extensionsAndTrailers_areBounded() {
        assertThat(decode("5;" + "x".repeat(5000))).startsWith("too large");
        assertThat(decode("5" + " ".repeat(5000))).startsWith("too large");
        assertThat(decode("0\r\n" + "X: 1\r\n".repeat(5000))).startsWith("too large");
        assertThat(decode("0\r\n" + "X".repeat(9000))).startsWith("too large");
        assertThat(decode("1;ext\r\nx\r\n".repeat(5000) + "0\r\n\r\n")).endsWith("x +0");
    }

    @Test
    void decode_encodedParts_comeBack() {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            ByteBuffer wire = ByteBuffer.allocate(64 * 1024);
            StringBuilder plain = new StringBuilder();
            for (int i = random.nextInt(6); i > 0; i--) {
                String part = "p".repeat(1 + random.nextInt(1 << random.nextInt(13)));
                plain.append(part);
                int before = wire.position();
                ChunkedEncoder.begin(wire, part.length());
                wire.put(part.getBytes(ISO_8859_1));
                ChunkedEncoder.end(wire);
                assertThat(wire.position() - before - part.length()).isLessThanOrEqualTo(ChunkedEncoder.OVERHEAD);
            }
            int before = wire.position();
            ChunkedEncoder.last(wire);
            assertThat(wire.position() - before).isEqualTo(ChunkedEncoder.LAST_LENGTH);
            String text = new String(wire.array(), 0, wire.position(), ISO_8859_1);

            assertThat(outcome(text, random.ints(text.length(), 1, 4000).toArray()))
                    .isEqualTo(plain + " +0");
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1", "15,f", "16,10", "255,ff", "65536,10000", "2147483647,7fffffff"})
    void begin_size_isHexadecimal(int size, String hex) {
        ByteBuffer out = ByteBuffer.allocate(16);
        ChunkedEncoder.begin(out, size);

        assertThat(new String(out.array(), 0, out.position(), ISO_8859_1)).isEqualTo(hex + "\r\n");
    }

    @Test
    void begin_emptyChunk_isRefused() {
        assertThatThrownBy(() -> ChunkedEncoder.begin(ByteBuffer.allocate(16), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void decode_mutatedBodies_meanTheSameHoweverTheyAreCut() {
        Random random = new Random(20_260_102);
        String seed = "5;x=1\r\nhello\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nX: 1\r\n\r\nHTTP/1.1";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(seed);
            for (int i = random.nextInt(3); i > 0; i--) {
                char c = "\r\n ;:05aXg\u0000".charAt(random.nextInt(11));
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.setCharAt(at, c);
                } else {
                    text.insert(at, c);
                }
            }
            String whole = outcome(text.toString(), new int[] {text.length()});
            assertThat(outcome(text.toString(), random.ints(text.length(), 1, 9).toArray()))
                    .as(text.toString())
                    .isEqualTo(whole);
        }
    }

    private String decode(String text) {
        String whole = outcome(text, new int[] {text.length()});
        int[] ones = new int[text.length()];
        Arrays.fill(ones, 1);
        assertThat(outcome(text, ones)).isEqualTo(whole);
        return whole;
    }

    private String outcome(String text, int[] pieces) {
        ByteBuffer in = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
        int size = in.limit();
        StringBuilder payload = new StringBuilder();
        decoder.reset();
        try {
            for (int piece : pieces) {
                in.limit(Math.min(size, in.position() + piece));
                int part;
                while ((part = decoder.next(in)) > 0) {
                    byte[] bytes = new byte[part];
                    in.get(bytes);
                    payload.append(new String(bytes, ISO_8859_1));
                }
                if (part == ChunkedDecoder.END_OF_BODY) {
                    return payload + " +" + (size - in.position());
                }
            }
            return "incomplete";
        } catch (HttpSyntaxException e) {
            return (e.isTooLarge() ? "too large: " : "malformed: ") + e.getMessage();
        }
    }
}
