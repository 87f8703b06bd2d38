package io.jvmroute.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.forward.ForwardResult.Outcome;
import io.jvmroute.policy.Verdict;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AffinityRecorderTest {
    private final AffinityRecorder recorder = new AffinityRecorder();

    @Test
    void new_allZero() {
        assertThat(recorder.verdicts()).containsOnlyKeys(Verdict.values());
        assertThat(recorder.verdicts().values()).containsOnly(0L);
        assertThat(Arrays.stream(Outcome.values()).mapToLong(recorder::count)).containsOnly(0L);
        assertThat(recorder.hopsReceived()).isZero();
        assertThat(recorder.forgedHops()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Verdict.class)
    void decided_countsThatVerdictAlone(Verdict verdict) {
        recorder.decided(verdict);
        recorder.decided(verdict);
        assertThat(recorder.count(verdict)).isEqualTo(2);
        assertThat(recorder.verdicts()).containsEntry(verdict, 2L);
        assertThat(recorder.verdicts().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void forwarded_countsThatOutcomeAlone(Outcome outcome) {
        recorder.forwarded(outcome, 1_000_000);
        assertThat(recorder.count(outcome)).isEqualTo(1);
        assertThat(Arrays.stream(Outcome.values()).mapToLong(recorder::count).sum())
                .isEqualTo(1);
    }

    @Test
    void hops_receivedAndForged() {
        recorder.hopReceived();
        recorder.hopReceived();
        recorder.hopForged();
        assertThat(recorder.hopsReceived()).isEqualTo(2);
        assertThat(recorder.forgedHops()).isEqualTo(1);
        assertThat(recorder.verdicts().values()).containsOnly(0L);
    }

    @Test
    void verdict_letters() {
        assertThat(Arrays.stream(Verdict.values()).map(Verdict::text).toList())
                .containsExactly("H", "F", "N", "R", "M", "D", "I", "X");
        assertThat(Verdict.values()).allMatch(verdict -> verdict.text().equals(String.valueOf(verdict.letter())));
    }
}
