package io.jvmroute.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RoutedSessionIdTest {
    private static final String LONGEST = "a".repeat(RoutedSessionId.MAX_LENGTH - 3) + ".n1";

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
        # id,     route starts, without route, under n2
        A1.n1,    3,            A1,            A1.n2
        A1,       -1,           A1,            A1.n2
        A1.b.n1,  3,            A1,            A1.n2
        A1.,      -1,           A1,            A1.n2
        .n1,      -1,           "",            .n2
        .,        -1,           "",            .n2
        "",       -1,           "",            .n2
        """)
    void split_atTheFirstDot(String id, int routeStart, String withoutRoute, String underN2) {
        assertThat(RoutedSessionId.routeStart(id)).isEqualTo(routeStart);
        assertThat(RoutedSessionId.withoutRoute(id)).isEqualTo(withoutRoute);
        assertThat(RoutedSessionId.withRoute(id, "n2")).isEqualTo(underN2);
    }

    @Test
    void routeStart_length() {
        assertThat(RoutedSessionId.routeStart(LONGEST)).isEqualTo(RoutedSessionId.MAX_LENGTH - 2);
        assertThat(RoutedSessionId.routeStart("a" + LONGEST)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
        A1.n1,   n1,   true
        A1.n1,   n2,   false
        A1.n1,   n,    false
        A1.n1,   n11,  false
        A1.n1,   N1,   false
        A1.b.n1, n1,   false
        A1,      n1,   false
        A1.,     "",   false
        .n1,     n1,   false
        """)
    void hasRoute_onlyTheWholeSuffix(String id, String route, boolean expected) {
        assertThat(RoutedSessionId.hasRoute(id, route)).isEqualTo(expected);
    }
}
