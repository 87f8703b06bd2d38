package io.jvmroute.cluster;

import static io.jvmroute.cluster.TestNodes.node;
import static io.jvmroute.cluster.TestNodes.reborn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.jvmroute.affinity.Affinity;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NodeDirectoryTest {
    private final NodeDirectory directory = new NodeDirectory("n1");
    private final Node n1 = node("n1");
    private final Node n2 = node("n2");
    private final Node n3 = node("n3");

    @Test
    void view_new_isStartingAndAlone() {
        assertThat(directory.view().selfState()).isEqualTo(NodeState.STARTING);
        assertThat(directory.view().nodes()).isEmpty();
        assertThat(directory.view().routes().find("s.n1").route()).isEqualTo("n1");
        assertThat(new NodeDirectory(null).view().isFrontend()).isTrue();
    }

    @Test
    void view_ofAMoment_neverChanges() {
        directory.update(List.of(n2));
        ClusterView before = directory.view();
        directory.suspect(n2);
        directory.update(List.of(n3));
        assertThat(before.ready()).containsExactly(n2);
        assertThat(before.isSuspect("n2")).isFalse();
    }

    @Test
    void update_anyOrder_sortsByRoute() {
        directory.update(List.of(n3, n2));
        assertThat(directory.view().nodes()).containsExactly(n2, n3);
    }

    @Test
    void update_noLongerListed_isKeptAtItsLastAddress() {
        directory.update(List.of(n2, n3));
        directory.update(List.of(n3));
        assertThat(directory.view().find("n2")).isEqualTo(n2.withMember(false));
        assertThat(directory.view().isUsable(n2)).isTrue();
        assertThat(directory.view().ready()).containsExactly(n3);
        directory.update(List.of(n2, n3));
        assertThat(directory.view().ready()).containsExactly(n2, n3);
    }

    @Test
    void update_left_removesTheNodeAndKeepsTheRoute() {
        directory.update(List.of(n2, n3));
        directory.suspect(n2);
        directory.update(List.of(node("n2", NodeState.LEFT), n3));
        assertThat(directory.view().nodes()).containsExactly(n3);
        assertThat(directory.view().isSuspect("n2")).isFalse();
        assertThat(directory.view().routes().find("s.n2").route()).isEqualTo("n2");
    }

    @Test
    void update_leftAndNeverSeen_isNotAdded() {
        directory.update(List.of(node("n2", NodeState.LEFT)));
        assertThat(directory.view().nodes()).isEmpty();
    }

    @Test
    void update_sameLife_keepsSuspicion() {
        directory.update(List.of(n2));
        directory.suspect(n2);
        directory.update(List.of(n2.withLoad(1, 1)));
        assertThat(directory.view().isSuspect("n2")).isTrue();
    }

    @Test
    void update_newIncarnation_clearsSuspicion() {
        directory.update(List.of(n2));
        directory.suspect(n2);
        directory.update(List.of(reborn("n2")));
        assertThat(directory.view().isSuspect("n2")).isFalse();
        assertThat(directory.view().ready()).containsExactly(reborn("n2"));
        assertThat(directory.suspects()).isEmpty();
    }

    @Test
    void update_ownRoute_isNotTheGridsToTell() {
        directory.self(n1);
        directory.update(List.of(reborn("n1").withState(NodeState.DRAINING), n2));
        assertThat(directory.view().find("n1")).isEqualTo(n1);
        directory.update(List.of(node("n1", NodeState.LEFT)));
        assertThat(directory.view().find("n1")).isEqualTo(n1);
        directory.update(List.of());
        assertThat(directory.view().find("n1")).isEqualTo(n1);
    }

    @Test
    void update_ownRouteBeforeItHasAnAddress_isNotAdded() {
        directory.update(List.of(reborn("n1")));
        assertThat(directory.view().nodes()).isEmpty();
    }

    @Test
    void self_describesItself() {
        directory.self(n1.withLoad(7, 0));
        assertThat(directory.view().selfState()).isEqualTo(NodeState.READY);
        assertThat(directory.view().find("n1")).isEqualTo(n1.withLoad(7, 0));
        directory.self(NodeState.MAINTENANCE);
        assertThat(directory.view().find("n1").state()).isEqualTo(NodeState.MAINTENANCE);
    }

    @Test
    void self_ofAnotherRoute() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> directory.self(n2))
                .withMessage("route: n2 (expected: n1)");
    }

    @Test
    void self_frontend_isNoNode() {
        NodeDirectory frontend = new NodeDirectory(null);
        frontend.self(NodeState.READY);
        frontend.update(List.of(n2));
        assertThat(frontend.view().selfState()).isEqualTo(NodeState.READY);
        assertThat(frontend.view().nodes()).containsExactly(n2);
        assertThatIllegalArgumentException().isThrownBy(() -> frontend.self(n2));
    }

    @Test
    void remove_sameLifeOnly() {
        directory.update(List.of(reborn("n2"), n3));
        directory.remove(n2);
        assertThat(directory.view().nodes()).containsExactly(reborn("n2"), n3);
        directory.suspect(n3);
        directory.remove(n3);
        assertThat(directory.view().nodes()).containsExactly(reborn("n2"));
        assertThat(directory.view().isSuspect("n3")).isFalse();
    }

    @Test
    void suspect_isNewsOnce() {
        directory.update(List.of(n2, n3));
        assertThat(directory.suspect(n3)).isTrue();
        assertThat(directory.suspect(n2)).isTrue();
        assertThat(directory.suspect(n2)).isFalse();
        assertThat(directory.suspects()).containsExactly(n2, n3);
        assertThat(directory.view().ready()).isEmpty();
    }

    @Test
    void suspect_earlierLife_hasNoEffectOnTheLater() {
        directory.update(List.of(reborn("n2")));
        assertThat(directory.suspect(n2)).isFalse();
        assertThat(directory.view().isUsable(reborn("n2"))).isTrue();
    }

    @Test
    void suspect_unknownNode() {
        assertThat(directory.suspect(n2)).isFalse();
        assertThat(directory.view().isSuspect("n2")).isFalse();
    }

    @Test
    void recovered_isNewsOnce() {
        directory.update(List.of(n2));
        assertThat(directory.recovered(n2)).isFalse();
        directory.suspect(n2);
        assertThat(directory.recovered(n2)).isTrue();
        assertThat(directory.recovered(n2)).isFalse();
        assertThat(directory.view().ready()).containsExactly(n2);
    }

    @Test
    void recovered_earlierLife_hasNoEffectOnTheLater() {
        directory.update(List.of(reborn("n2")));
        directory.suspect(reborn("n2"));
        assertThat(directory.recovered(n2)).isFalse();
        assertThat(directory.view().isSuspect("n2")).isTrue();
    }

    @Test
    void forget_dropsTheAddressAndKeepsTheRoute() {
        directory.update(List.of(n2));
        directory.update(List.of());
        directory.suspect(n2);
        directory.forget(n2);
        assertThat(directory.view().nodes()).isEmpty();
        assertThat(directory.view().isSuspect("n2")).isFalse();
        assertThat(directory.view().routes().find("s.n2").route()).isEqualTo("n2");
    }

    /** An entry that nobody repeats any more may stay in the grid for the hours that its holder's clock is behind. */
    @Test
    void forget_listedOn_staysForgottenUntilItIsAMember() {
        Node gone = n2.withMember(false);
        directory.update(List.of(gone));
        directory.forget(gone);
        directory.update(List.of(gone));
        assertThat(directory.view().nodes()).isEmpty();

        directory.update(List.of(n2));
        assertThat(directory.view().nodes()).containsExactly(n2);
        directory.forget(n2);
        directory.update(List.of(gone));
        assertThat(directory.view().nodes()).containsExactly(gone);

        directory.forget(gone);
        directory.update(List.of(reborn("n2").withMember(false)));
        assertThat(directory.view().nodes()).containsExactly(reborn("n2").withMember(false));
    }

    @Test
    void forget_memberOrAnotherLife_isKept() {
        directory.update(List.of(n2, reborn("n3")));
        directory.forget(n2);
        assertThat(directory.view().find("n2")).isEqualTo(n2);
        directory.update(List.of());
        directory.forget(n3);
        assertThat(directory.view().find("n3")).isEqualTo(reborn("n3").withMember(false));
    }

    @Test
    void update_endlessNewRoutes_areBounded() {
        directory.self(n1);
        List<Node> leavers = new ArrayList<>();
        for (int i = 0; i < NodeDirectory.MAX_SEEN; i++) {
            leavers.add(node("old" + i, NodeState.LEFT));
        }
        directory.update(leavers);
        assertThat(directory.view().routes().find("s.old0").route()).isEqualTo("old0");
        directory.update(List.of(n2));
        assertThat(directory.view().routes().find("s.old0")).isSameAs(Affinity.UNKNOWN);
        assertThat(directory.view().routes().find("s.n2").route()).isEqualTo("n2");
        assertThat(directory.view().routes().find("s.n1").route()).isEqualTo("n1");
    }

    // ---- static backends ----

    @Test
    void changeBackend_survivesWhatTheGridTells() {
        Node n1 = Node.ofStatic("n1", URI.create("http://127.0.0.1:8081"), 1);
        NodeDirectory directory = new NodeDirectory(null, List.of(n1));
        directory.changeBackend(n1.withState(NodeState.DRAINING));
        assertThat(directory.view().ready()).isEmpty();
        directory.update(List.of(TestNodes.node("n2")));
        assertThat(directory.view().find("n1")).isEqualTo(n1.withState(NodeState.DRAINING));
        directory.changeBackend(n1);
        assertThat(directory.view().ready()).contains(n1);
    }

    @Test
    void changeBackend_unknown() {
        Node n1 = Node.ofStatic("n1", URI.create("http://127.0.0.1:8081"), 1);
        assertThatIllegalArgumentException().isThrownBy(() -> new NodeDirectory(null).changeBackend(n1));
    }

    // ---- who counts as last known ----

    /** The grid sees {@code here} alone, and whoever else was known does not answer either. */
    private void cutOffWith(Node... here) {
        directory.update(List.of(here));
        for (Node node : directory.view().nodes()) {
            if (!node.member()) {
                directory.suspect(node);
            }
        }
    }

    @Test
    void minority_fewerThanHalfOfTheLastKnown() {
        directory.self(n1);
        directory.update(List.of(n2, n3, node("n4")));
        assertThat(directory.view().isMinority()).isFalse();
        cutOffWith(n2);
        assertThat(directory.view().isMinority()).as("two of four").isFalse();
        assertThat(directory.view().without(n2).isMinority()).as("one of four").isTrue();
        cutOffWith();
        assertThat(directory.view().isMinority()).as("one of four").isTrue();
        directory.update(List.of(n2, n3, node("n4")));
        assertThat(directory.view().isMinority())
                .as("they are back, if suspect")
                .isTrue();
        directory.recovered(n2);
        assertThat(directory.view().isMinority()).isFalse();
    }

    @Test
    void minority_whoLeftDoesNotCount() {
        directory.self(n1);
        directory.update(List.of(n2, n3, node("n4")));
        directory.update(List.of(node("n2", NodeState.LEFT), node("n3", NodeState.LEFT), node("n4")));
        cutOffWith();
        assertThat(directory.view().isMinority()).as("one of two").isFalse();
    }

    @Test
    void minority_anotherLifeCountsOnce() {
        directory.self(n1);
        directory.update(List.of(n2));
        directory.update(List.of(reborn("n2")));
        cutOffWith();
        assertThat(directory.view().isMinority()).as("one of two").isFalse();
    }

    @Test
    void forget_inTheMinority_isStillCounted() {
        directory.self(n1);
        directory.update(List.of(n2, n3));
        cutOffWith();
        directory.forget(n2);
        directory.forget(n3);
        assertThat(directory.view().nodes()).containsExactly(n1);
        assertThat(directory.view().isMinority()).as("one of three").isTrue();
    }

    @Test
    void forget_inTheMinority_goodbyeIsHeardAfterwards() {
        directory.self(n1);
        directory.update(List.of(n2, n3));
        Node left = node("n3", NodeState.LEFT).withMember(false);
        cutOffWith();
        directory.forget(n2);
        directory.forget(n3);
        directory.update(List.of(n2, left));
        cutOffWith();
        assertThat(directory.view().isMinority()).as("one of two").isFalse();
    }

    @Test
    void forget_elsewhere_isCountedNoMore() {
        directory.self(n1);
        directory.update(List.of(n2, n3));
        cutOffWith(n2);
        directory.forget(n3);
        cutOffWith();
        assertThat(directory.view().isMinority()).as("one of two").isFalse();
    }

    @Test
    void minority_ofAFrontend_itselfDoesNotCount() {
        NodeDirectory frontend = new NodeDirectory(null);
        frontend.self(NodeState.READY);
        assertThat(frontend.view().isMinority()).as("none of none").isFalse();
        frontend.update(List.of(n1, n2, n3));
        frontend.update(List.of(n1));
        assertThat(frontend.view().isMinority()).as("one of three").isTrue();
    }

    // ---- flapping ----

    private long now = Long.MAX_VALUE - 5_000_000_000L; // it overflows soon
    private final NodeDirectory watched = new NodeDirectory("n1", List.of(), Duration.ofSeconds(1), () -> now);

    private Duration fall(Node node) {
        watched.recovered(node);
        now += Duration.ofSeconds(59).toNanos();
        assertThat(watched.suspect(node)).isTrue();
        assertThat(watched.suspect(node)).isFalse(); // no second fall
        return watched.heldDown(node);
    }

    @Test
    void heldDown_fallsWithinAMinute_longerEachTimeUpToAMinute() {
        watched.update(List.of(n2, n3));
        watched.suspect(n2);
        assertThat(watched.heldDown(n2)).isZero();
        for (int seconds : new int[] {2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60, 60, 60}) {
            assertThat(fall(n2)).isEqualTo(Duration.ofSeconds(seconds));
        }
        now += Duration.ofSeconds(59).toNanos();
        assertThat(watched.heldDown(n2)).isEqualTo(Duration.ofSeconds(1));
        now += Duration.ofSeconds(2).toNanos();
        assertThat(watched.heldDown(n2)).isZero();
        watched.suspect(n3);
        assertThat(watched.heldDown(n3)).isZero();
    }

    @Test
    void heldDown_calmForAMinute_isForgiven() {
        watched.update(List.of(n2));
        watched.suspect(n2);
        assertThat(fall(n2)).isPositive();
        watched.recovered(n2);
        assertThat(watched.heldDown(n2)).isZero();
        now += Duration.ofMinutes(1).toNanos();
        watched.suspect(n2);
        assertThat(watched.heldDown(n2)).isZero();
        assertThat(fall(n2)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void heldDown_anotherLife_beginsWithoutAPast() {
        watched.update(List.of(n2));
        watched.suspect(n2);
        fall(n2);
        assertThat(fall(n2)).isEqualTo(Duration.ofSeconds(4));
        Node other = reborn("n2");
        watched.update(List.of(other));
        assertThat(watched.heldDown(other)).isZero();
        assertThat(watched.heldDown(n2)).isZero();
        watched.suspect(other);
        assertThat(watched.heldDown(other)).isZero();
        assertThat(fall(other)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void heldDown_whereNothingIsToBe() {
        directory.update(List.of(n2));
        for (int i = 0; i < 10; i++) {
            directory.suspect(n2);
            assertThat(directory.heldDown(n2)).isZero();
            directory.recovered(n2);
        }
    }

    @Test
    void onChange_tellsEachView() {
        List<ClusterView> told = new ArrayList<>();
        directory.onChange(told::add);
        directory.update(List.of(n2));
        directory.suspect(n2);
        assertThat(told).hasSize(3).last().isSameAs(directory.view());
    }
}
