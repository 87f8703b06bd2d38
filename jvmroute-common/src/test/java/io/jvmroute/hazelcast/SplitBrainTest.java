package io.jvmroute.hazelcast;

import static io.jvmroute.hazelcast.TestCluster.node;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.cluster.ClusterService;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.HopKey;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.Pin;
import io.jvmroute.hazelcast.TestCluster.Joined;
import io.jvmroute.testing.TestNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two clusters of one name that do not know each other until the smaller one is told to look around. */
final class SplitBrainTest {
    private static final int LARGE = 3;

    private final TestCluster cluster = new TestCluster();
    private final AffinityKey laterHere = AffinityKey.ofSession("moved twice in the small part");
    private final AffinityKey laterThere = AffinityKey.ofSession("moved twice in the large part");
    private final AffinityKey tie = AffinityKey.ofSession("moved once in both");
    private final AffinityKey onlyHere = AffinityKey.ofSession("known to the small part");

    @AfterEach
    void leave() {
        cluster.close();
    }

    /** Such a part has more to agree on among itself before it merges than a member alone. */
    @Test
    void merge_partOfTwo_becomesOneCluster() throws Exception {
        int port = freePort();
        Joined small = joinAware(port, 0, List.of());
        Joined second = joinAware(port, 0, List.of(small.address()));
        Joined large = joinAware(port, port, List.of());
        for (int i = 1; i < LARGE; i++) {
            joinAware(port, 0, List.of());
        }
        own(second, onlyHere, new Pin("n1", 2));
        assertThat(members(small)).isEqualTo(2);
        assertThat(members(large)).isEqualTo(LARGE);

        await().atMost(TestCluster.PATIENCE).untilAsserted(() -> {
            lookAround(small);
            assertThat(members(large)).isEqualTo(LARGE + 2);
            assertThat(large.heard().moved).containsEntry(onlyHere, new Pin("n1", 2));
        });
    }

    /** A member that knows the address of the large part, whether it is there or not. */
    private Joined joinAware(int large, int port, List<String> others) throws Exception {
        List<String> members = new ArrayList<>(others);
        members.add("127.0.0.1:" + large);
        return cluster.join(settings -> GridSettings.of(settings.clusterName(), "127.0.0.1", port, members)
                .withTiming(TestCluster.QUICK));
    }

    private static int members(Joined joined) {
        return joined.grid().joined().member().getCluster().getMembers().size();
    }

    private static int freePort() {
        return TestNode.freePorts(1).get(0);
    }

    private static void own(Joined where, AffinityKey key, Pin pin) throws Exception {
        where.grid().own(key, pin, Duration.ZERO).toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
    }

    /**
     * What the member's timer does each mergeDelay, here when all is ready for it: looks around as long as the member's part is small, since now
     * and then a message from before the merge throws it out again.
     */
    private static void lookAround(Joined member) {
        Node node = ((HazelcastInstanceProxy) member.grid().joined().member()).getOriginal().node;
        ClusterService cluster = node.getClusterService();
        if (cluster.isJoined() && cluster.isMaster() && cluster.getSize() < LARGE) {
            node.getJoiner().searchForOtherClusters();
        }
    }

    @Test
    void merge_onePinPerSession() throws Exception {
        int port = freePort();
        // the small part knows the address of the large one before that is there
        Joined small = cluster.join(
                settings -> GridSettings.of(settings.clusterName(), "127.0.0.1", 0, List.of("127.0.0.1:" + port))
                        .withTiming(TestCluster.QUICK));
        Joined large = cluster.join(settings -> GridSettings.of(settings.clusterName(), "127.0.0.1", port, List.of())
                .withTiming(TestCluster.QUICK));
        Joined second = cluster.join(
                settings -> GridSettings.of(settings.clusterName(), "127.0.0.1", 0, List.of("127.0.0.1:" + port))
                        .withTiming(TestCluster.QUICK));
        own(small, laterHere, new Pin("n1", 3));
        own(large, laterHere, new Pin("n2", 2));
        own(small, laterThere, new Pin("n1", 2));
        own(large, laterThere, new Pin("n2", 3));
        own(small, tie, new Pin("n1", 2));
        own(large, tie, new Pin("n2", 2));
        own(small, onlyHere, new Pin("n1", 2));
        small.grid()
                .publish(node("n1", NodeState.READY))
                .toCompletableFuture()
                .get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        large.grid()
                .publish(node("n2", NodeState.READY))
                .toCompletableFuture()
                .get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        List<HopKey> smallKeys = small.grid().hopKeys();
        List<HopKey> largeKeys = large.grid().hopKeys();
        assertThat(smallKeys).doesNotContainAnyElementsOf(largeKeys);
        assertThat(small.grid().joined().member().getCluster().getMembers()).hasSize(1);

        lookAround(small);
        await().untilAsserted(() -> assertThat(small.heard().merged).hasPositiveValue());

        String tieWinner = PinMergePolicy.wins(tie, new Pin("n1", 2), new Pin("n2", 2)) ? "n1" : "n2";
        for (Joined grid : List.of(small, large, second)) {
            await().untilAsserted(() -> {
                lookAround(small);
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
        await().until(() ->
                large.heard().moved.containsKey(after) && small.heard().moved.containsKey(after));
    }
}
