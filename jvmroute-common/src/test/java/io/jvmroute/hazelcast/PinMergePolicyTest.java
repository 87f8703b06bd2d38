package io.jvmroute.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.Rendezvous;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PinMergePolicyTest {
    @ParameterizedTest
    @CsvSource({"n1,1,n2,2,n2", "n1,2,n2,1,n1", "n1,7,n1,9,n1", "n2,10,n1,9,n2"})
    void wins_higherEpoch(String route, long epoch, String otherRoute, long otherEpoch, String kept) {
        for (int i = 0; i < 50; i++) {
            AffinityKey key = AffinityKey.ofSession("session-" + i);
            Pin pin = new Pin(route, epoch);
            Pin other = new Pin(otherRoute, otherEpoch);
            assertThat(PinMergePolicy.wins(key, pin, other)).isEqualTo(epoch > otherEpoch);
            assertThat(PinMergePolicy.wins(key, pin, other) ? route : otherRoute)
                    .isEqualTo(kept);
        }
    }

    @Test
    void wins_higherRank() {
        int n1Wins = 0;
        for (int i = 0; i < 1000; i++) {
            AffinityKey key = AffinityKey.ofSession("session-" + i);
            Pin n1 = new Pin("n1", 2);
            Pin n2 = new Pin("n2", 2);
            boolean wins = PinMergePolicy.wins(key, n1, n2);
            assertThat(PinMergePolicy.wins(key, n2, n1)).as("both sides agree").isNotEqualTo(wins);
            assertThat(wins).isEqualTo(Rendezvous.score(key, "n1", 1) > Rendezvous.score(key, "n2", 1));
            n1Wins += wins ? 1 : 0;
        }
        assertThat(n1Wins).isBetween(400, 600);
    }

    @Test
    void wins_samePin() {
        Pin pin = new Pin("n1", 2);
        assertThat(PinMergePolicy.wins(AffinityKey.ofSession("s"), pin, pin)).isFalse();
    }
}
