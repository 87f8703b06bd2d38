package io.jvmroute.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Bytes that a coverage-guided fuzzer chooses. The inputs that are kept beside the test resources run with every build; the profile
 * {@code campaign} looks for more.
 *
 * <p>The first byte is no part of the response: its lowest bit says whether a HEAD is answered, the others how it is cut.
 */
final class Http1FuzzTest {
    private static final String CHUNKED_HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    @FuzzTest(maxDuration = "2m")
    void readResponse(byte[] data) {
        if (data.length > 0) {
            check(data[0], new String(data, 1, data.length - 1, ISO_8859_1));
        }
    }

    @FuzzTest(maxDuration = "2m")
    void readChunks(byte[] data) {
        if (data.length > 0) {
            check(data[0] & ~1, CHUNKED_HEAD + new String(data, 1, data.length - 1, ISO_8859_1));
        }
    }

    private static void check(int choice, String text) {
        WireResponse response = new WireResponse(text, /* toHead= */ (choice & 1) == 1);
        int piece = 1 + ((choice & 0xff) >> 1);

        assertThat(Reading.ours(response, piece)).isEqualTo(Reading.ours(response));
        new ResponseOracle().check(response);
    }
}
