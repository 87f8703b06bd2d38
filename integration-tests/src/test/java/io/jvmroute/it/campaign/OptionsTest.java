package io.jvmroute.it.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.jvmroute.it.campaign.history.FaultKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OptionsTest {
    @Test
    void parse_whatIsGiven() {
        Options options = Options.parse(
                "--seed",
                "7",
                "--minutes",
                "0.5",
                "--fault",
                "kill,partition",
                "--nodes",
                "jetty",
                "--users",
                "3",
                "--patience",
                "2",
                "--report",
                "there");

        assertThat(options.seed()).isEqualTo(7);
        assertThat(options.minutes()).isEqualTo(0.5);
        assertThat(options.faults()).containsExactly(FaultKind.KILL, FaultKind.PARTITION);
        assertThat(options.nodes()).isEqualTo(List.of(CampaignCluster.Kind.JETTY));
        assertThat(options.users()).isEqualTo(3);
        assertThat(options.patience()).isEqualTo(2);
        assertThat(options.report()).hasToString("there");
        assertThat(options.smoke()).isFalse();
    }

    @Test
    void parse_usersOfASmoke_asGivenWhateverTheOrder() {
        assertThat(Options.parse("--smoke").users()).isEqualTo(12);
        assertThat(Options.parse("--users", "24", "--smoke").users()).isEqualTo(24);
        assertThat(Options.parse("--smoke", "--users", "24").users()).isEqualTo(24);
        assertThat(Options.parse().users()).isEqualTo(24);
    }

    @ParameterizedTest
    @CsvSource({
        "--seed, x, a whole number",
        "--minutes, 0, a number > 0",
        "--minutes, NaN, a number > 0",
        "--nodes, x, 'tomcat, jetty or both'",
        "--users, 0, a whole number > 0",
        "--patience, -1, a number > 0"
    })
    void parse_aWrongValue_namesOptionAndExpectation(String name, String value, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(name, value))
                .withMessage("%s %s (expected: %s)", name, value, expected);
    }

    @Test
    void parse_unknownOrWithoutAValue_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--seeds", "7"))
                .withMessage("--seeds (expected: see --help)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--seed"))
                .withMessage("--seed: no value");
    }
}
