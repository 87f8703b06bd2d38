package io.jvmroute.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.jvmroute.affinity.AffinityKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RendezvousTest {
    private static final int KEYS = 100_000;
    private final List<AffinityKey> keys = keys();

    private static List<AffinityKey> keys() {
        SplittableRandom random = new SplittableRandom(20);
        List<AffinityKey> keys = new ArrayList<>(KEYS);
        for (int i = 0; i < KEYS; i++) {
            keys.add(new AffinityKey(random.nextLong(), random.nextLong()));
        }
        return keys;
    }

    @Test
    void choose_nobody() {
        assertThat(Rendezvous.choose(keys.get(0), List.of())).isNull();
    }

    /** All versions that may meet in a cluster must give these answers. */
    @Test
    void choose_fixedAnswers() {
        List<Node> nodes = nodes(5);
        assertThat(List.of("a", "b", "c", "d", "e", "f", "g", "h"))
                .extracting(id ->
                        Rendezvous.choose(AffinityKey.ofSession(id), nodes).route())
                .containsExactly("n2", "n5", "n3", "n5", "n2", "n5", "n2", "n5");
    }

    @Test
    void choose_anyOrder_isTheSame() {
        List<Node> nodes = nodes(7);
        Random random = new Random(1);
        for (AffinityKey key : keys.subList(0, 1_000)) {
            List<Node> shuffled = new ArrayList<>(nodes);
            Collections.shuffle(shuffled, random);
            assertThat(Rendezvous.choose(key, shuffled)).isEqualTo(Rendezvous.choose(key, nodes));
        }
    }

    @Test
    void choose_lossOfOneNode_movesOnlyItsKeys() {
        List<Node> nodes = nodes(5);
        Node gone = nodes.get(2);
        List<Node> left = nodes.stream().filter(node -> !node.equals(gone)).toList();
        Map<Node, Integer> heirs = new HashMap<>();
        for (AffinityKey key : keys) {
            Node before = Rendezvous.choose(key, nodes);
            Node after = Rendezvous.choose(key, left);
            if (before.equals(gone)) {
                heirs.merge(after, 1, Integer::sum);
            } else {
                assertThat(after).isEqualTo(before);
            }
        }
        assertThat(heirs).containsOnlyKeys(left);
        assertThat(maxToMean(heirs)).isLessThanOrEqualTo(1.15);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7})
    void choose_equalWeights_spreadEvenly(int count) {
        Map<Node, Integer> hits = hits(nodes(count));
        assertThat(hits).hasSize(count);
        assertThat(maxToMean(hits)).isLessThanOrEqualTo(1.15);
    }

    /** Sessions that a loss moves are few of a node's own: their keys must spread as well as any. */
    @Test
    void choose_routesThatDifferInOneCharacter_spreadEvenly() {
        assertThat(maxToMean(hits(List.of(TestNodes.node("a"), TestNodes.node("b"), TestNodes.node("c")))))
                .isLessThanOrEqualTo(1.15);
        assertThat(maxToMean(hits(List.of(TestNodes.node("app-server-1"), TestNodes.node("app-server-2")))))
                .isLessThanOrEqualTo(1.15);
    }

    @Test
    void choose_weights_withinThreePercent() {
        List<Node> nodes = List.of(
                TestNodes.weighted("n1", 1),
                TestNodes.weighted("n2", 2),
                TestNodes.weighted("n3", 3),
                TestNodes.weighted("n4", 4));
        Map<Node, Integer> hits = hits(nodes);
        for (Node node : nodes) {
            double share = node.weight() / 10.0;
            assertThat(hits.get(node) / (double) KEYS).as(node.route()).isCloseTo(share, within(0.03 * share));
        }
    }

    @Test
    void choose_moreWeight_onlyAttracts() {
        List<Node> before = List.of(TestNodes.weighted("n1", 2), TestNodes.weighted("n2", 2));
        List<Node> after = List.of(TestNodes.weighted("n1", 3), TestNodes.weighted("n2", 2));
        for (AffinityKey key : keys) {
            if (Rendezvous.choose(key, before).route().equals("n1")) {
                assertThat(Rendezvous.choose(key, after).route()).isEqualTo("n1");
            }
        }
    }

    @Test
    void score_isPositiveAndFinite() {
        for (AffinityKey key : keys) {
            assertThat(Rendezvous.score(key, "n1", 1000)).isPositive().isFinite();
        }
        assertThat(Rendezvous.score(new AffinityKey(0, 0), "", 1)).isPositive().isFinite();
    }

    private Map<Node, Integer> hits(List<Node> nodes) {
        Map<Node, Integer> hits = new HashMap<>();
        keys.forEach(key -> hits.merge(Rendezvous.choose(key, nodes), 1, Integer::sum));
        return hits;
    }

    private static double maxToMean(Map<Node, Integer> hits) {
        double mean =
                hits.values().stream().mapToInt(Integer::intValue).average().orElseThrow();
        return Collections.max(hits.values()) / mean;
    }

    private static List<Node> nodes(int count) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            nodes.add(TestNodes.node("n" + i));
        }
        return nodes;
    }
}
