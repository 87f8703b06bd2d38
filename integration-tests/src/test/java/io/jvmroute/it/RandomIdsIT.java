package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A small {@link RandomIdsCampaign}. */
final class RandomIdsIT {
    private static final int REQUESTS = 20_000;

    @Test
    void ids_neverIssued_leaveNothing() throws Exception {
        RandomIds.Result result = RandomIds.run(REQUESTS);
        System.out.println(result);
        for (int i = 0; i < result.before().size(); i++) {
            RandomIds.Memory before = result.before().get(i);
            RandomIds.Memory after = result.after().get(i);
            assertThat(after.movedPins()).isEqualTo(before.movedPins());
            assertThat(after.ownedSessions()).isEqualTo(before.ownedSessions());
            assertThat(after.pinBacklog()).isZero();
        }
        assertThat(result.growth()).isLessThan(20_000_000);
        assertThat(result.verdicts().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(REQUESTS);
    }
}
