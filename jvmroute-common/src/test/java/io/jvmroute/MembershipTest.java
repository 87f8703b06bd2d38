package io.jvmroute;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jvmroute.affinity.AffinitySecrets;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.PinTable;
import io.jvmroute.hazelcast.GridSettings;
import io.jvmroute.hazelcast.HazelcastGrid;
import io.jvmroute.record.AffinityRecorder;
import io.jvmroute.record.OwnedSessions;
import io.jvmroute.testing.DeafListener;
import io.jvmroute.testing.TestNode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a node says of itself, while others say something else. */
final class MembershipTest {
    private final List<Integer> ports = TestNode.freePorts(3);
    private final String cluster = "test-" + UUID.randomUUID();

    /** A node {@code n1} without its container. */
    private final class Life implements AutoCloseable {
        final URI url;
        final Incarnation incarnation = Incarnation.next();
        final NodeDirectory directory = new NodeDirectory("n1");
        final Membership membership;

        Life(int index) {
            url = URI.create("http://127.0.0.1:" + (index + 1)); // nobody listens there
            AffinityConfig config = AffinityConfig.builder()
                    .route("n1")
                    .clusterName(cluster)
                    .hazelcastPort(ports.get(index))
                    .members(members().toArray(String[]::new))
                    .build();
            PinTable pins = new PinTable(10);
            OwnedSessions owned = new OwnedSessions("n1", pins, System::nanoTime, Runnable::run);
            LiveLoad load = new LiveLoad(config, other -> 0, new AffinityRecorder(), () -> 0);
            AffinityRouter router = new AffinityRouter(directory, pins, config, load, () -> AffinitySecrets.NONE);
            membership = new Membership(config, incarnation, directory, pins, owned, router);
        }

        Life join() throws JvmRouteException {
            membership.start();
            membership.awaitJoined(Duration.ofMinutes(3));
            return this;
        }

        void ready(IntSupplier sessions) {
            membership.ready(url, sessions, () -> 0);
        }

        NodeState state() {
            return directory.view().selfState();
        }

        @Override
        public void close() {
            membership.close();
        }
    }

    private List<String> members() {
        return ports.stream().map(port -> "127.0.0.1:" + port).toList();
    }

    // ---- two threads ----

    /** The figures of a load that {@code teller} says are held back until {@code other} has come as far as it can. */
    private static void whileTheLoadIsSaid(Life life, Runnable other) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answers = new CountDownLatch(1);
        Thread teller = new Thread(life.membership::merged);
        life.ready(() -> {
            if (Thread.currentThread() == teller) {
                asked.countDown();
                awaitLatch(answers);
            }
            return 1;
        });
        teller.start();
        awaitLatch(asked);
        Thread second = new Thread(other);
        second.start();
        await().until(() -> second.getState() == Thread.State.BLOCKED || !second.isAlive());
        answers.countDown();
        teller.join(SECONDS.toMillis(180));
        second.join(SECONDS.toMillis(180));
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(180, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void drain_whileTheLoadIsSaid_holds() throws Exception {
        try (Life life = new Life(0)) {
            whileTheLoadIsSaid(life, () -> life.membership.changeState(NodeState.DRAINING));

            assertThat(life.state()).isEqualTo(NodeState.DRAINING);
            assertThat(Objects.requireNonNull(life.directory.view().find("n1")).state())
                    .isEqualTo(NodeState.DRAINING);
        }
    }

    @Test
    void close_whileTheLoadIsSaid_isTheLastWord() throws Exception {
        Life life = new Life(0);
        whileTheLoadIsSaid(life, life::close);

        assertThat(life.state()).isEqualTo(NodeState.LEFT);
        life.membership.merged();
        assertThat(life.state()).isEqualTo(NodeState.LEFT);
    }

    // ---- two lives ----

    @Test
    void conflict_theLaterOneSaysNothingMore_andIsReadyWhenTheOtherIsGone() throws Exception {
        try (Grid observer = new HazelcastGrid(GridSettings.of(cluster, "127.0.0.1", ports.get(2), members()));
                Life earlier = new Life(0).join();
                Life later = new Life(1).join()) {
            observer.join(new DeafListener());
            earlier.ready(() -> 0);
            later.ready(() -> 0); // a race of two starts: neither has seen the other's entry
            await().until(() -> later.state() == NodeState.MAINTENANCE);
            await().until(() -> earlier.incarnation.id().equals(holder(observer)));

            later.membership.merged();
            later.membership.dataLost();
            later.membership.published().toCompletableFuture().get(180, SECONDS);
            assertThat(holder(observer)).isEqualTo(earlier.incarnation.id());
            later.membership.changeState(NodeState.DRAINING);
            assertThat(later.state()).isEqualTo(NodeState.MAINTENANCE);
            assertThatThrownBy(() -> later.membership.changeState(NodeState.READY))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("route n1 is taken by the live node at " + earlier.url);

            earlier.membership.close();
            await().ignoreExceptions().until(() -> {
                later.membership.changeState(NodeState.READY);
                return true;
            });
            assertThat(later.state()).isEqualTo(NodeState.READY);
            await().until(() -> later.incarnation.id().equals(holder(observer)));
        }
    }

    /** As its entry stands in the grid until it expires, or as somebody puts it there again. */
    @Test
    void formerLife_thatLeft_orAtTheSameUrl_isNoConflict() {
        try (Life life = new Life(0)) {
            life.ready(() -> 0);
            Node former = new Node("n1", "0", life.url, NodeState.READY, 1, 0, 0, "", /* member= */ true);
            Node left = new Node("n1", "0", URI.create("http://127.0.0.1:9"), NodeState.LEFT, 1, 0, 0, "", true);

            life.membership.nodesChanged(List.of(former));
            life.membership.nodesChanged(List.of(left));
            assertThat(life.state()).isEqualTo(NodeState.READY);

            life.membership.nodesChanged(List.of(left.withState(NodeState.READY)));
            assertThat(life.state()).isEqualTo(NodeState.MAINTENANCE);
        }
    }

    private static @Nullable String holder(Grid observer) {
        Node node = observer.findNode("n1");
        return node == null ? null : node.incarnation();
    }
}
