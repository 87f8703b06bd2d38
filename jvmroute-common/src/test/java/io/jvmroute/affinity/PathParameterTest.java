package io.jvmroute.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathParameterTest {
    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', nullValues = "-", textBlock = """
        # in any segment
        /app;jsessionid=A1.n1,                  A1.n1
        /app;jsessionid=A1.n1/page,             A1.n1
        /;jsessionid=A1.n1,                     A1.n1
        ;jsessionid=A1.n1,                      A1.n1
        /app;a=1;jsessionid=A1.n1;b=2/page;c=3, A1.n1
        # of several the last
        /app;jsessionid=A1;jsessionid=B2,       B2
        /app;jsessionid=A1/page;jsessionid=B2,  B2
        /app;jsessionid=A1/page;jsessionid=,    ""
        # nothing is decoded, nothing is trimmed
        /app;jsessionid=%41=1,                  %41=1
        /app;%6Asessionid=A1,                   -
        "/app; jsessionid=A1",                  -
        # the case counts
        /app;JSESSIONID=A1,                     -
        /app;jsessionid=A1;JSessionId=B2,       A1
        # a name that only begins or ends like it
        /app;jsessionidx=A1,                    -
        /app;xjsessionid=A1,                    -
        /app;jsessionid,                        -
        /app;jsessionid;jsessionid,             -
        /app/jsessionid=A1,                     -
        # the query is not looked at
        /app?x;jsessionid=A1,                   -
        /app;jsessionid=A1?;jsessionid=B2,      A1
        /app;jsessionid=A1?x=/;y,               A1
        /app;jsessionid?=A1,                    -
        ?;jsessionid=A1,                        -
        # nothing there
        /app,                                   -
        /;;/;,                                  -
        "",                                     -
        """)
    void find_inPath(String path, String expected) {
        assertThat(PathParameter.find(path, "jsessionid")).isEqualTo(expected);
    }
}
