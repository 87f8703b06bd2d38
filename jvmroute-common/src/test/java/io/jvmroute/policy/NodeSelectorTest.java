package io.jvmroute.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.TestNodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeSelectorTest {
    private final NodeSelector local = new NodeSelector(Balance.LOCAL);
    private final NodeSelector roundRobin = new NodeSelector(Balance.ROUND_ROBIN);
    private final NodeSelector leastRequests = new NodeSelector(Balance.LEAST_REQUESTS);

    private final NodeSelector leastSessions = new NodeSelector(Balance.LEAST_SESSIONS);

    private static final NodeLoad IDLE = new Warm(node -> 0);

    private static final NodeLoad UNASKED = new Warm(node -> {
        throw new AssertionError("load counts for least requests and least sessions alone");
    });

    // ---- local ----

    @ParameterizedTest
    @EnumSource(names = {"NONE", "INVALID"})
    void select_localReadyPeer_servesHereWithoutGarbage(Verdict verdict) {
        ClusterView view = peer(NodeState.READY, TestNodes.node("n2"));
        Decision decision = local.select(verdict, view, 1, UNASKED);
        assertThat(decision).isEqualTo(new Decision.ServeLocally(verdict));
        assertThat(local.select(verdict, view, 2, UNASKED)).isSameAs(decision);
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"READY"})
    void select_localPeerNotReady_passesOn(NodeState state) {
        Decision decision = local.select(Verdict.NONE, peer(state, TestNodes.node("n2")), 0, UNASKED);
        assertThat(route(decision)).isEqualTo("n2");
    }

    @Test
    void select_localFrontend_servesNothingItself() {
        assertThat(route(local.select(Verdict.NONE, frontend(TestNodes.node("n2")), 0, UNASKED)))
                .isEqualTo("n2");
    }

    // ---- round robin ----

    @Test
    void select_roundRobin_isFairByWeight() {
        ClusterView view = frontend(TestNodes.weighted("a", 1), TestNodes.weighted("b", 3), TestNodes.weighted("c", 2));
        Map<String, Integer> hits = new TreeMap<>();
        for (int turn = 0; turn < 6_000; turn++) {
            hits.merge(route(roundRobin.select(Verdict.NONE, view, turn, UNASKED)), 1, Integer::sum);
        }
        assertThat(hits).isEqualTo(Map.of("a", 1_000, "b", 3_000, "c", 2_000));
    }

    @Test
    void select_roundRobin_spreadsTheTurnsOfAHeavyNode() {
        ClusterView view = frontend(TestNodes.weighted("a", 70), TestNodes.weighted("b", 30));
        StringBuilder turns = new StringBuilder();
        for (int turn = 0; turn < 200; turn++) {
            turns.append(route(roundRobin.select(Verdict.NONE, view, turn, UNASKED)));
        }
        assertThat(turns).asString().doesNotContain("bb", "aaaa");
    }

    @Test
    void select_roundRobin_aColdNodeGetsItsPart() {
        ClusterView view = frontend(TestNodes.node("cold"), TestNodes.node("warm"));
        NodeLoad load = new NodeLoad() {
            @Override
            public int requests(Node node) {
                throw new AssertionError(node);
            }

            @Override
            public int sessions(Node node) {
                throw new AssertionError(node);
            }

            @Override
            public int warmth(Node node) {
                return node.route().equals("cold") ? 25 : 100;
            }
        };
        Map<String, Integer> hits = new TreeMap<>();
        for (int turn = 0; turn < 1_000; turn++) {
            hits.merge(route(roundRobin.select(Verdict.NONE, view, turn, load)), 1, Integer::sum);
        }
        assertThat(hits).isEqualTo(Map.of("cold", 200, "warm", 800));
    }

    // ---- weights ----

    /** Each with as much at work as it has been given of the last hundred, as requests of equal length would have it. */
    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"LOCAL"})
    void select_weights70And30_holdWithinThreePercent(Balance balance) {
        ClusterView view = frontend(TestNodes.weighted("a", 70), TestNodes.weighted("b", 30));
        NodeSelector selector = new NodeSelector(balance);
        SplittableRandom random = new SplittableRandom(7);
        Map<String, Integer> load = new TreeMap<>(Map.of("a", 0, "b", 0));
        Map<String, Integer> hits = new TreeMap<>();
        List<String> atWork = new ArrayList<>();
        for (int turn = 0; turn < 10_000; turn++) {
            long draw = balance == Balance.ROUND_ROBIN ? turn : random.nextLong();
            String chosen = route(selector.select(Verdict.NONE, view, draw, new Warm(node -> load.get(node.route()))));
            hits.merge(chosen, 1, Integer::sum);
            load.merge(chosen, 1, Integer::sum);
            atWork.add(chosen);
            if (atWork.size() > 100 && balance == Balance.LEAST_REQUESTS) {
                load.merge(atWork.remove(0), -1, Integer::sum);
            }
        }
        assertThat(hits.get("a")).isCloseTo(7_000, within(210));
        assertThat(hits.get("b")).isCloseTo(3_000, within(90));
    }

    // ---- least sessions ----

    @Test
    void select_leastSessions_theEmptiestForItsWeight() {
        ClusterView view = frontend(TestNodes.weighted("small", 1), TestNodes.weighted("large", 10));
        for (long draw = 0; draw < 10; draw++) {
            assertThat(route(leastSessions.select(Verdict.NONE, view, draw, loads(10, 99))))
                    .isEqualTo("large");
            assertThat(route(leastSessions.select(Verdict.NONE, view, draw, loads(10, 101))))
                    .isEqualTo("small");
        }
    }

    @Test
    void select_leastSessions_equalsTakeTurns() {
        ClusterView view = frontend(TestNodes.node("a"), TestNodes.node("b"), TestNodes.node("c"));
        Map<String, Integer> hits = new TreeMap<>();
        for (long draw = -300; draw < 300; draw++) {
            hits.merge(route(leastSessions.select(Verdict.NONE, view, draw, IDLE)), 1, Integer::sum);
        }
        assertThat(hits).isEqualTo(Map.of("a", 200, "b", 200, "c", 200));
    }

    @Test
    void select_roundRobinPeer_countsItself() {
        ClusterView view = peer(NodeState.READY, TestNodes.node("n2"));
        assertThat(roundRobin.select(Verdict.NONE, view, 0, UNASKED))
                .isEqualTo(new Decision.Forward(TestNodes.node("n2"), Verdict.NONE));
        assertThat(roundRobin.select(Verdict.INVALID, view, 1, UNASKED))
                .isEqualTo(new Decision.ServeLocally(Verdict.INVALID));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -2, Integer.MIN_VALUE, Integer.MAX_VALUE + 1L, Long.MIN_VALUE, Long.MAX_VALUE})
    void select_anyDraw_findsANode(long draw) {
        ClusterView view = frontend(TestNodes.weighted("a", 1000), TestNodes.weighted("b", 7));
        assertThat(route(roundRobin.select(Verdict.NONE, view, draw, UNASKED))).isIn("a", "b");
        assertThat(route(leastRequests.select(Verdict.NONE, view, draw, IDLE))).isIn("a", "b");
    }

    @Test
    void select_counterOverflows_staysFair() {
        ClusterView view = frontend(TestNodes.node("a"), TestNodes.node("b"));
        Map<String, Integer> hits = new TreeMap<>();
        for (long turn = -50; turn < 50; turn++) {
            hits.merge(route(roundRobin.select(Verdict.NONE, view, turn, UNASKED)), 1, Integer::sum);
        }
        assertThat(hits).isEqualTo(Map.of("a", 50, "b", 50));
    }

    // ---- least requests ----

    @Test
    void select_leastRequests_avoidsTheBusiest() {
        ClusterView view = frontend(TestNodes.node("a"), TestNodes.node("b"), TestNodes.node("busy"));
        int busy = 0;
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 9_000; i++) {
            Decision decision = leastRequests.select(
                    Verdict.NONE,
                    view,
                    random.nextLong(),
                    new Warm(node -> node.route().equals("busy") ? 100 : 1));
            busy += route(decision).equals("busy") ? 1 : 0;
        }
        assertThat(busy).isCloseTo(1_000, within(150)); // both draws must hit it: one in nine
    }

    @Test
    void select_leastRequests_comparesRelativeToWeight() {
        ClusterView view = frontend(TestNodes.weighted("small", 1), TestNodes.weighted("large", 10));
        long bothDrawn = smallThenLarge(11);
        assertThat(route(leastRequests.select(Verdict.NONE, view, bothDrawn, loads(1, 9))))
                .isEqualTo("large");
        assertThat(route(leastRequests.select(Verdict.NONE, view, bothDrawn, loads(1, 11))))
                .isEqualTo("small");
    }

    @Test
    void select_leastRequests_hugeLoads() {
        ClusterView view = frontend(TestNodes.weighted("small", 1), TestNodes.weighted("large", 1000));
        long bothDrawn = smallThenLarge(1001);
        NodeLoad loads = loads(Integer.MAX_VALUE, Integer.MAX_VALUE);
        assertThat(route(leastRequests.select(Verdict.NONE, view, bothDrawn, loads)))
                .isEqualTo("large");
    }

    /** A draw whose whole points to the first unit of weight, and whose upper half to another. */
    private static long smallThenLarge(int total) {
        long upper = 5L << 32;
        return upper + Math.floorMod(-upper, (long) total);
    }

    private static NodeLoad loads(int small, int large) {
        return new Warm(node -> node.route().equals("small") ? small : large);
    }

    // ---- who may take sessions ----

    @ParameterizedTest
    @EnumSource(Balance.class)
    void select_everybodyDrains_frontendStillForwards(Balance balance) {
        ClusterView view =
                frontend(TestNodes.node("n2", NodeState.MAINTENANCE), TestNodes.node("n3", NodeState.DRAINING));
        Decision decision = new NodeSelector(balance).select(Verdict.NONE, view, 0, IDLE);
        assertThat(route(decision)).isEqualTo("n3");
    }

    @ParameterizedTest
    @EnumSource(Balance.class)
    void select_everybodyDrains_peerServesHere(Balance balance) {
        ClusterView view = peer(NodeState.DRAINING, TestNodes.node("n0", NodeState.DRAINING));
        for (long draw = 0; draw < 4; draw++) {
            assertThat(new NodeSelector(balance).select(Verdict.NONE, view, draw | draw << 32, IDLE))
                    .isEqualTo(new Decision.ServeLocally(Verdict.NONE));
        }
    }

    @ParameterizedTest
    @EnumSource(Balance.class)
    void select_nobody(Balance balance) {
        NodeSelector selector = new NodeSelector(balance);
        assertThat(selector.select(Verdict.NONE, frontend(), 0, IDLE)).isSameAs(Decision.Reject.NOBODY_READY);
        assertThat(selector.select(Verdict.NONE, peer(NodeState.STARTING), 0, IDLE))
                .isSameAs(Decision.Reject.NOBODY_READY);
    }

    /** Before it has published an address of its own, a ready peer is not among the nodes. */
    @Test
    void select_readyPeerWithoutAddress_servesHere() {
        ClusterView view = ClusterView.of("n1", NodeState.READY, List.of(), Set.of(), Set.of());
        assertThat(roundRobin.select(Verdict.NONE, view, 0, UNASKED))
                .isEqualTo(new Decision.ServeLocally(Verdict.NONE));
    }

    @Test
    void candidates_readyBeforeDraining() {
        Node ready = TestNodes.node("n2");
        Node draining = TestNodes.node("n3", NodeState.DRAINING);
        assertThat(NodeSelector.candidates(frontend(ready, draining))).containsExactly(ready);
        assertThat(NodeSelector.candidates(frontend(ready, draining).without(ready)))
                .containsExactly(draining);
        assertThat(NodeSelector.candidates(
                        frontend(ready, draining).without(ready).without(draining)))
                .isEmpty();
    }

    @Test
    void candidates_lostByTheGrid_onlyWhereAllAre() {
        Node lost = TestNodes.node("n2").withMember(false);
        Node draining = TestNodes.node("n3", NodeState.DRAINING);
        assertThat(NodeSelector.candidates(frontend(lost, TestNodes.node("n3"))))
                .containsExactly(TestNodes.node("n3"));
        assertThat(NodeSelector.candidates(frontend(lost, draining))).containsExactly(draining);
        assertThat(NodeSelector.candidates(frontend(lost))).containsExactly(lost);
        assertThat(NodeSelector.candidates(frontend(lost).without(lost))).isEmpty();
        assertThat(NodeSelector.candidates(
                        frontend(TestNodes.node("n2", NodeState.DRAINING).withMember(false))))
                .isEmpty();
    }

    private static ClusterView frontend(Node... nodes) {
        return ClusterView.of(null, NodeState.READY, List.of(nodes), Set.of(), Set.of());
    }

    private static ClusterView peer(NodeState state, Node... others) {
        List<Node> nodes = new ArrayList<>(List.of(others));
        nodes.add(TestNodes.node("n1"));
        return ClusterView.of("n1", state, nodes, Set.of(), Set.of());
    }

    private static String route(Decision decision) {
        return ((Decision.Forward) decision).backend().route();
    }
}
