package io.jvmroute;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CookieDateTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        Thu, 01 Jan 1970 00:00:10 GMT      | 1970-01-01T00:00:10Z
        Thu, 01-Jan-1970 00:00:10 GMT      | 1970-01-01T00:00:10Z
        Thu, 01-Jan-70 00:00:10 GMT        | 1970-01-01T00:00:10Z
        Thursday, 31-Dec-69 23:59:59 GMT   | 2069-12-31T23:59:59Z
        Sun Nov  6 08:49:37 1994           | 1994-11-06T08:49:37Z
        1 JAN 01 1:2:3                     | 2001-01-01T01:02:03Z
        Thu, 30 Feb 2020 00:00:00 GMT      | -
        Thu, 01 Jan 2020 25:00:00 GMT      | -
        Thu, 01 Foo 2020 00:00:00 GMT      | -
        01 Jan 1600 00:00:00 GMT           | -
        0                                  | -
        tomorrow                           | -
        """)
    void parse_asBrowsersDo(String text, Instant expected) {
        assertThat(CookieDate.parse(text)).isEqualTo(expected);
    }
}
