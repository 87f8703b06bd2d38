package io.jvmroute.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RouteTableTest {
    private final RouteTable table = RouteTable.of(List.of("n1", "n2", "n1", "n11"));

    @Test
    void find_knownRoute() {
        assertThat(table.find("A1.n2")).isEqualTo(new Affinity(Affinity.Source.SESSION, "n2"));
        assertThat(table.find("A1.n11")).isEqualTo(new Affinity(Affinity.Source.SESSION, "n11"));
    }

    @Test
    void find_twice_isTheSameInstance() {
        assertThat(table.find("A1.n1")).isSameAs(table.find("B2.n1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A1", "no route at all"})
    void find_withoutDot_tellsNothing(String id) {
        assertThat(table.find(id)).isSameAs(Affinity.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"A1.n3", "A1.n", "A1.n111", "A1.N1", "A1.n1 ", "A1.b.n1", "A1..n1", "A1.n1.", "A1.", ".n1", "."})
    void find_garbage_isUnknown(String id) {
        assertThat(table.find(id)).isSameAs(Affinity.UNKNOWN);
    }

    @Test
    void find_oversize_isUnknown() {
        String tooLong = "a".repeat(RoutedSessionId.MAX_LENGTH);
        assertThat(table.find(tooLong)).isSameAs(Affinity.NONE);
        assertThat(table.find(tooLong + "a")).isSameAs(Affinity.UNKNOWN);
        assertThat(table.find(tooLong + ".n1")).isSameAs(Affinity.UNKNOWN);
    }

    @Test
    void find_emptyTable() {
        assertThat(RouteTable.of(List.of())).isSameAs(RouteTable.EMPTY);
        assertThat(RouteTable.EMPTY.find("A1.n1")).isSameAs(Affinity.UNKNOWN);
        assertThat(RouteTable.EMPTY.find("A1")).isSameAs(Affinity.NONE);
    }

    @Test
    void affinity_routeWithoutSource() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Affinity(Affinity.Source.NONE, "n1"))
                .withMessage("route: n1 (expected: one for SESSION, COOKIE and PIN, none for the others)");
        assertThatIllegalArgumentException().isThrownBy(() -> new Affinity(Affinity.Source.UNKNOWN, "n1"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Affinity(Affinity.Source.SESSION, null));
    }
}
