package io.jvmroute.cluster;

import static io.jvmroute.cluster.TestNodes.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmroute.affinity.Affinity;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ClusterViewTest {
    private final Node n1 = node("n1");
    private final Node n2 = node("n2");
    private final Node n3 = node("n3");

    @Test
    void of_ownState_countsAboveTheEntry() {
        ClusterView view = ClusterView.of("n1", NodeState.DRAINING, List.of(n1, n2), Set.of(), Set.of());
        assertThat(view.selfState()).isEqualTo(NodeState.DRAINING);
        assertThat(view.find("n1")).isEqualTo(node("n1", NodeState.DRAINING));
        assertThat(view.ready()).containsExactly(n2);
    }

    @Test
    void of_twoNodesWithOneRoute_theFirstCounts() {
        ClusterView view =
                ClusterView.of(null, NodeState.READY, List.of(n2, TestNodes.reborn("n2")), Set.of(), Set.of());
        assertThat(view.nodes()).containsExactly(n2);
        assertThat(view.find("n2")).isSameAs(n2);
    }

    @Test
    void of_frontend() {
        ClusterView view = ClusterView.of(null, NodeState.READY, List.of(n2), Set.of(), Set.of());
        assertThat(view.isFrontend()).isTrue();
        assertThat(view.selfRoute()).isNull();
        assertThat(view.isSelf(n2)).isFalse();
    }

    @Test
    void of_peer() {
        ClusterView view = ClusterView.of("n1", NodeState.READY, List.of(n1, n2), Set.of(), Set.of());
        assertThat(view.isFrontend()).isFalse();
        assertThat(view.isSelf(n1)).isTrue();
        assertThat(view.isSelf(n2)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(NodeState.class)
    void ready_byState(NodeState state) {
        ClusterView view = ClusterView.of(null, NodeState.READY, List.of(node("n2", state)), Set.of(), Set.of());
        assertThat(view.ready()).hasSize(state == NodeState.READY ? 1 : 0);
    }

    @ParameterizedTest
    @EnumSource(NodeState.class)
    void isUsable_byState(NodeState state) {
        Node node = node("n2", state);
        ClusterView view = ClusterView.of(null, NodeState.READY, List.of(node), Set.of(), Set.of());
        assertThat(view.isUsable(node)).isEqualTo(state == NodeState.READY || state == NodeState.DRAINING);
    }

    @Test
    void lostByTheGrid_keepsItsSessionsAndTakesNoNewOnes() {
        Node lost = n2.withMember(false);
        ClusterView view = ClusterView.of(null, NodeState.READY, List.of(lost, n3), Set.of(), Set.of());
        assertThat(view.isUsable(lost)).isTrue();
        assertThat(view.ready()).containsExactly(n3);
    }

    @Test
    void ready_selfWithoutGrid_countsItself() {
        Node self = n1.withMember(false);
        ClusterView view = ClusterView.of("n1", NodeState.READY, List.of(self), Set.of(), Set.of());
        assertThat(view.ready()).containsExactly(self);
    }

    @Test
    void suspect_isNotUsable() {
        ClusterView view = ClusterView.of(null, NodeState.READY, List.of(n2, n3), Set.of("n2"), Set.of());
        assertThat(view.isSuspect("n2")).isTrue();
        assertThat(view.isUsable(n2)).isFalse();
        assertThat(view.ready()).containsExactly(n3);
        assertThat(view.nodes()).containsExactly(n2, n3);
    }

    @Test
    void without_isASmallerViewAndLeavesTheFirstAsItWas() {
        ClusterView view = ClusterView.of("n1", NodeState.READY, List.of(n1, n2, n3), Set.of("n3"), Set.of());
        ClusterView smaller = view.without(n2);
        assertThat(smaller.ready()).containsExactly(n1);
        assertThat(smaller.isUsable(n2)).isFalse();
        assertThat(smaller.isUsable(n3)).isFalse();
        assertThat(smaller.selfRoute()).isEqualTo("n1");
        assertThat(smaller.selfState()).isEqualTo(NodeState.READY);
        assertThat(smaller.routes()).isSameAs(view.routes());
        assertThat(view.ready()).containsExactly(n1, n2);
        assertThat(smaller.without(n2).ready()).containsExactly(n1);
    }

    @Test
    void routes_nodesSelfAndSeen() {
        ClusterView view = ClusterView.of("n1", NodeState.STARTING, List.of(n2), Set.of(), Set.of("gone"));
        assertThat(view.routes().find("s.n1").route()).isEqualTo("n1");
        assertThat(view.routes().find("s.n2").route()).isEqualTo("n2");
        assertThat(view.routes().find("s.gone").route()).isEqualTo("gone");
        assertThat(view.routes().find("s.other")).isSameAs(Affinity.UNKNOWN);
        assertThat(view.find("gone")).isNull();
    }

    @Test
    void nodes_areImmutable() {
        ClusterView view = ClusterView.of(null, NodeState.READY, List.of(n2), Set.of(), Set.of());
        assertThatThrownBy(() -> view.nodes().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> view.ready().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
