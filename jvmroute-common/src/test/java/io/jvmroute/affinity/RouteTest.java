package io.jvmroute.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

final class RouteTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "n1", "N_1-x", "-", "_", "0"})
    void isValid_allowedCharacters(String name) {
        assertThat(Route.isValid(name)).isTrue();
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"n.1", ".", "n 1", "n1 ", "n1\n", "nä", "n;1", "n/1", "n@1", "n[1", "n`1", "n{1", "n:1"})
    void isValid_anythingElse(String name) {
        assertThat(Route.isValid(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, Route.MAX_LENGTH})
    void isValid_lengthWithinLimits(int length) {
        assertThat(Route.isValid("n".repeat(length))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {Route.MAX_LENGTH + 1, 10_000})
    void isValid_tooLong(int length) {
        assertThat(Route.isValid("n".repeat(length))).isFalse();
    }
}
