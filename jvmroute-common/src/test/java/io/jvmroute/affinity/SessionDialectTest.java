package io.jvmroute.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SessionDialectTest {
    private final RouteTable routes = RouteTable.of(List.of("n1", "n2"));

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
        BANG,   A1!n2!n1,          A1.n2
        BANG,   A1!77!n1!99,       A1.n1
        BANG,   A1!n9,             -
        BANG,   !n1,               -
        BANG,   A1.n1,             -
        RANKED, A1.n9.n2,          A1.n2
        RANKED, A1.n1.n2,          A1.n1
        RANKED, A1.n8.n9,          -
        RANKED, A1,                -
        BASE64, QTEubjI=,          A1.n2
        BASE64, QTEubjk=,          -
        BASE64, not base64 at all, -
        """)
    void routed_byDialect(SessionDialect dialect, String id, String expected) {
        assertThat(dialect.routed(id, routes)).isEqualTo(expected);
        assertThat(dialect.routed(id.repeat(200), routes)).isNull();
    }
}
