package io.jvmroute.it.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.jvmroute.it.campaign.Schedule.Step;
import io.jvmroute.it.campaign.history.FaultKind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ScheduleTest {
    private static final List<FaultKind> ALL = List.of(FaultKind.values());

    @Test
    void next_sameSeed_sameSteps() {
        assertThat(steps(7, 50)).isEqualTo(steps(7, 50)).isNotEqualTo(steps(8, 50));
    }

    @Test
    void next_oneRound_eachFaultOnce() {
        assertThat(steps(7, ALL.size())).extracting(Step::kind).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void of_eachOption_isItsFault() {
        for (FaultKind kind : ALL) {
            assertThat(FaultKind.of(kind.option())).isEqualTo(kind);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FaultKind.of("flood"))
                .withMessageStartingWith("fault: flood (expected: all or one of [kill, ");
    }

    @Test
    void parse_options_eachTaken() {
        Options options =
                Options.parse("--seed", "7", "--minutes", "60", "--fault", "kill,black-hole", "--nodes", "jetty");

        assertThat(options.seed()).isEqualTo(7);
        assertThat(options.minutes()).isEqualTo(60);
        assertThat(options.faults()).containsExactly(FaultKind.KILL, FaultKind.BLACK_HOLE);
        assertThat(options.nodes()).containsExactly(CampaignCluster.Kind.JETTY);
        assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--sed", "7"));
    }

    private static List<Step> steps(long seed, int count) {
        Schedule schedule = new Schedule(seed, ALL);
        return Stream.generate(schedule::next).limit(count).toList();
    }
}
