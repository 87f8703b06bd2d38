package io.jvmroute;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.AffinitySecrets;
import io.jvmroute.affinity.Claim;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.PinTable;
import io.jvmroute.cluster.TestNodes;
import io.jvmroute.hazelcast.SplitCluster;
import io.jvmroute.policy.Arrival;
import io.jvmroute.policy.Decision;
import io.jvmroute.record.AffinityRecorder;
import io.jvmroute.record.OwnedSessions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes whose real grid falls apart, with {@code partitionPolicy=consistent}: what each side decides, and what is left when it has healed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PartitionTest {
    @TempDir
    private static Path folder;

    private SplitCluster cluster;
    private final List<Side> sides = new ArrayList<>();

    /** A node without its container. */
    private final class Side {
        final Node node;
        final PinTable pins = new PinTable(1000);
        final NodeDirectory directory;
        final OwnedSessions owned;
        final AffinityRouter router;
        final Grid grid;

        Side(String route) throws Exception {
            node = TestNodes.node(route);
            directory = new NodeDirectory(route);
            directory.self(node);
            AffinityConfig config = AffinityConfig.builder()
                    .route(route)
                    .set("partitionPolicy", "consistent")
                    .build();
            owned = new OwnedSessions(route, pins, System::nanoTime, Runnable::run);
            LiveLoad load = new LiveLoad(config, other -> 0, new AffinityRecorder(), () -> 0);
            router = new AffinityRouter(directory, pins, config, load, () -> AffinitySecrets.NONE);
            grid = cluster.join(new Membership(config, Incarnation.next(), directory, pins, owned, router));
            router.use(grid);
            owned.use(grid);
            get(grid.publish(node));
        }

        Decision decide(String sessionId) {
            return router.decide(sessionId, Arrival.CLIENT);
        }

        /** Serves a first request of the session. */
        void serve(String id) {
            owned.served(AffinityKey.ofSession(id), /* movedHere= */ false, Duration.ofMinutes(30));
        }

        /** The owner that the grid agrees on where the session's is gone. */
        Pin repin(String sessionId) throws Exception {
            assertThat(decide(sessionId)).isInstanceOf(Decision.Repin.class);
            Decision.Repin repin = (Decision.Repin) decide(sessionId);
            return get(router.agree(Claim.ofSession(sessionId), repin, null, directory.view())
                    .agreed());
        }

        /** As the look at nodes that the grid has lost sight of finds. */
        void suspect(Side... others) {
            for (Side other : others) {
                directory.suspect(other.node);
            }
        }

        void recovered(Side... others) {
            for (Side other : others) {
                directory.recovered(other.node);
            }
        }
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(180, SECONDS);
    }

    @BeforeAll
    void join() throws Exception {
        cluster = new SplitCluster(folder, 3);
        for (String route : List.of("n1", "n2", "n3")) {
            sides.add(new Side(route));
        }
        awaitWhole();
    }

    @AfterAll
    void leave() {
        cluster.close();
    }

    private void awaitWhole() {
        for (int i = 0; i < sides.size(); i++) {
            int index = i;
            await().until(() -> {
                cluster.lookAround(0); // now and then a message from before throws it out again
                return cluster.sizeSeenBy(index) == 3
                        && cluster.isSafe(index)
                        && sides.get(index).directory.view().ready().size() == 3;
            });
        }
    }

    private void cutOff(Side alone) {
        cluster.cutOff(sides.indexOf(alone));
        for (Side side : sides) {
            int index = sides.indexOf(side);
            await().until(() -> cluster.sizeSeenBy(index) == (side == alone ? 1 : 2) && cluster.isSafe(index));
            await().until(() -> side.directory.view().isMinority() == (side == alone));
        }
    }

    @Test
    void cut_theSmallerSideWaits_theLargerTakesOver_oneOwnerIsLeft() throws Exception {
        for (int round = 1; round <= 2; round++) { // and again: it flaps
            playOneCut("moved" + round, "kept" + round, AffinityKey.ofSession("conflict" + round));
        }
    }

    private void playOneCut(String moved, String kept, AffinityKey conflict) throws Exception {
        Side n1 = sides.get(0);
        Side n2 = sides.get(1);
        Side n3 = sides.get(2);
        n1.serve(moved);
        n1.serve(kept);
        get(n2.grid.own(conflict, new Pin("n2", Pin.FIRST_EPOCH), Duration.ofHours(1)));
        await().until(() -> n1.owned.backlog() == 0);
        long lost = n1.owned.lost();

        cutOff(n1);
        assertThat(n1.decide("s.n2")).as("it answers still").isInstanceOf(Decision.Forward.class);
        n1.suspect(n2, n3);
        n2.suspect(n1);
        n3.suspect(n1);
        assertThat(n1.decide("s.n2")).isEqualTo(Decision.Reject.MINORITY);
        assertThat(n1.decide(moved + ".n1")).isEqualTo(Decision.ServeLocally.HOME);
        Pin pin = n2.repin(moved + ".n1");
        assertThat(pin.route()).isIn("n2", "n3");
        assertThat(pin.epoch()).isEqualTo(2);
        // both sides move one session, the smaller one more often: somebody has set another policy there
        get(n1.grid.own(conflict, new Pin("n1", 5), Duration.ofHours(1)));
        get(n2.grid.repin(conflict, new Pin("n2", Pin.FIRST_EPOCH), "n3", Duration.ofHours(1)));

        n1.recovered(n2, n3);
        n2.recovered(n1);
        n3.recovered(n1);
        awaitWhole();
        for (Side side : sides) {
            await().untilAsserted(() -> {
                assertThat(side.pins.find(moved + ".n1")).isEqualTo(pin);
                assertThat(side.pins.find(conflict)).isEqualTo(new Pin("n1", 5));
                assertThat(side.directory.view().isMinority()).isFalse();
            });
        }
        assertThat(n1.decide(moved + ".n1")).as("the stale copy does not serve").isInstanceOf(Decision.Forward.class);
        await().untilAsserted(() -> {
            assertThat(n1.owned.contains(AffinityKey.ofSession(moved))).isFalse();
            assertThat(n1.owned.lost()).as("counted").isEqualTo(lost + 1);
        });
        assertThat(n1.decide(kept + ".n1")).isEqualTo(Decision.ServeLocally.HOME);
        assertThat(n1.owned.contains(AffinityKey.ofSession(kept))).isTrue();
    }
}
