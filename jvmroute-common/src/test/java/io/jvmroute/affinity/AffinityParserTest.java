package io.jvmroute.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.http.RequestHead;
import java.util.List;
import java.util.stream.Stream;
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
        # an empty id is none; where it stood in a cookie, the path is still not looked at
        "",          K1.n1,  /app;jsessionid=P1,  K1.n1
        "",          -,      /app;jsessionid=P1,  -
        -,           "",     /app;jsessionid=P1,  -
        -,           -,      /app;jsessionid=,    -
        """)
    void findSessionId_precedence(String container, String cookie, String path, String expected) {
        assertThat(parser.findSessionId(new Head(container, cookie, path))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
        K1.n1 K2.n2 _,  K2.n2
        K1.n1 _ _,      K1.n1
        _ _,            -
        """)
    void findSessionId_emptyCookiesLast_hideNoneBeforeThem(String cookies, String expected) {
        List<String> values = Stream.of(cookies.split(" "))
                .map(value -> value.equals("_") ? "" : value)
                .toList();
        Head last = new Head(null, values.get(values.size() - 1), "/app");
        RequestHead several = new RequestHead() {
            @Override
            public String cookie(String name, int fromLast) {
                int at = values.size() - 1 - fromLast;
                return at < 0 ? null : values.get(at);
            }

            @Override
            public String cookie(String name) {
                return last.cookie(name);
            }

            @Override
            public String requestedSessionId() {
                return last.requestedSessionId();
            }

            @Override
            public String path() {
                return last.path();
            }

            @Override
            public String method() {
                return last.method();
            }

            @Override
            public String target() {
                return last.target();
            }

            @Override
            public String header(String name) {
                return last.header(name);
            }
        };
        assertThat(parser.findSessionId(several)).isEqualTo(expected.equals("-") ? null : expected);
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
