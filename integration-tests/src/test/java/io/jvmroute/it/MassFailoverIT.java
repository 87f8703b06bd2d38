package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A small {@link MassFailover}, with data that moves. */
final class MassFailoverIT {
    private static final int SESSIONS = 1000;

    @Test
    void owner_killed_itsSessionsMoveOnceAndEvenly_withFewGridWrites() throws Exception {
        MassFailover.Result result = MassFailover.amongPeers(SESSIONS, 16);
        System.out.println(result);

        assertThat(result.faults()).isEmpty();
        assertThat(result.disagreed()).isZero();
        assertThat(result.flapped()).isZero();
        assertThat(result.withData()).isEqualTo(2 * SESSIONS);
        assertThat(result.writesBefore()).as("begun").isBetween((long) SESSIONS, SESSIONS + SESSIONS / 10L);
        // The frontend's alone; a few other pins are stated again, since a member went.
        assertThat(result.writes()).as("moved").isBetween((long) SESSIONS, SESSIONS + SESSIONS / 10L);
        assertThat(result.writesAgain()).as("asked again").isLessThanOrEqualTo(20);
        assertThat(result.spread()).isLessThanOrEqualTo(1.15);
    }
}
