package io.jvmroute.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.http.RequestHead;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AffinityParserTest {
    private final AffinityParser parser = new AffinityParser("JSESSIONID", "jsessionid");

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', nullValues = "-", textBlock = """
        # container, cookie, path,                found
        C1.n1,       K1.n1,  /app;jsessionid=P1,  C1.n1
        C1.n1,       -,      /app,                C1.n1
        -,           K1.n1,  /app;jsessionid=P1,  K1.n1
        -,           -,      /app;jsessionid=P1,  P1
        -,           -,      /app;JSESSIONID=P1,  -
        -,           -,      /app,                -
        # an empty id is none, and what found it is still believed
        "",          K1.n1,  /app;jsessionid=P1,  -
        -,           "",     /app;jsessionid=P1,  -
        -,           -,      /app;jsessionid=,    -
        """)
    void findSessionId_precedence(String container, String cookie, String path, String expected) {
        assertThat(parser.findSessionId(new Head(container, cookie, path))).isEqualTo(expected);
    }

    /** A request whose container answers for the session's cookie alone. */
    private record Head(String requestedSessionId, String cookie, String path) implements RequestHead {
        @Override
        public String cookie(String name) {
            assertThat(name).isEqualTo("JSESSIONID");
            return cookie;
        }

        @Override
        public String method() {
            throw new AssertionError("the method tells nothing about a home");
        }

        @Override
        public String target() {
            throw new AssertionError("the path is enough");
        }

        @Override
        public String header(String name) {
            throw new AssertionError("cookies are the container's to parse: " + name);
        }
    }
}
