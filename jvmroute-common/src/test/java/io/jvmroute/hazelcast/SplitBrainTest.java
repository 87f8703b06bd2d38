package io.jvmroute.hazelcast;

import static io.jvmroute.hazelcast.TestCluster.node;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.HopKey;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.Pin;
import io.jvmroute.hazelcast.TestCluster.Joined;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two clusters of one name that do not know each other until the smaller one looks around. */
final class SplitBrainTest {
    private static final Duration MERGED = Duration.ofSeconds(60);

    private final TestCluster cluster = new TestCluster();
    private final AffinityKey laterHere = AffinityKey.ofSession("moved twice in the small part");
    private final AffinityKey laterThere = AffinityKey.ofSession("moved twice in the large part");
    private final AffinityKey tie = AffinityKey.ofSession("moved once in both");
    private final AffinityKey onlyHere = AffinityKey.ofSession("known to the small part");

    @AfterEach
    void leave() {
        cluster.close();
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void own(Joined where, AffinityKey key, Pin pin) throws Exception {
        where.grid().own(key, pin, Duration.ZERO).toCompletableFuture().get(30, SECONDS);
    }

    @Test
    void merge_onePinPerSession() throws Exception {
        int port = freePort();
        GridSettings.Timing timing = new GridSettings.Timing(
                Duration.ofSeconds(30), Duration.ofSeconds(8), Duration.ofSeconds(20), Duration.ofSeconds(5));
        // the small part knows the address of the large one before that is there
        Joined small = cluster.join(
                settings -> GridSettings.of(settings.clusterName(), "127.0.0.1", 0, List.of("127.0.0.1:" + port))
                        .withTiming(timing));
        Joined large = cluster.join(settings -> GridSettings.of(settings.clusterName(), "127.0.0.1", port, List.of())
                .withTiming(timing));
        Joined second = cluster.join(
                settings -> GridSettings.of(settings.clusterName(), "127.0.0.1", 0, List.of("127.0.0.1:" + port))
                        .withTiming(timing));
        own(small, laterHere, new Pin("n1", 3));
        own(large, laterHere, new Pin("n2", 2));
        own(small, laterThere, new Pin("n1", 2));
        own(large, laterThere, new Pin("n2", 3));
        own(small, tie, new Pin("n1", 2));
        own(large, tie, new Pin("n2", 2));
        own(small, onlyHere, new Pin("n1", 2));
        small.grid().publish(node("n1", NodeState.READY)).toCompletableFuture().get(30, SECONDS);
        large.grid().publish(node("n2", NodeState.READY)).toCompletableFuture().get(30, SECONDS);
        List<HopKey> smallKeys = small.grid().hopKeys();
        List<HopKey> largeKeys = large.grid().hopKeys();
        assertThat(smallKeys).doesNotContainAnyElementsOf(largeKeys);
        assertThat(small.grid().joined().member().getCluster().getMembers()).hasSize(1);

        await().atMost(MERGED)
                .untilAsserted(() -> assertThat(small.heard().merged).hasValue(1));

        String tieWinner = PinMergePolicy.wins(tie, new Pin("n1", 2), new Pin("n2", 2)) ? "n1" : "n2";
        for (Joined grid : List.of(small, large, second)) {
            await().atMost(MERGED).untilAsserted(() -> {
                assertThat(grid.heard().moved)
                        .containsEntry(laterHere, new Pin("n1", 3))
                        .containsEntry(laterThere, new Pin("n2", 3))
                        .containsEntry(tie, new Pin(tieWinner, 2))
                        .containsEntry(onlyHere, new Pin("n1", 2));
                assertThat(grid.heard().nodes)
                        .containsExactly(node("n1", NodeState.READY), node("n2", NodeState.READY));
                assertThat(grid.grid().hopKeys()).containsAll(smallKeys).containsAll(largeKeys);
                assertThat(grid.grid().hopKeys().get(0))
                        .isEqualTo(small.grid().hopKeys().get(0));
            });
            assertThat(grid.heard().degraded).isEmpty();
        }
        // listeners have come along
        AffinityKey after = AffinityKey.ofSession("moved after the merge");
        own(small, after, new Pin("n1", 2));
        await().atMost(MERGED)
                .until(() -> large.heard().moved.containsKey(after)
                        && small.heard().moved.containsKey(after));
    }
}
