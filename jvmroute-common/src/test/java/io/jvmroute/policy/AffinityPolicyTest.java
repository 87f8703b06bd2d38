package io.jvmroute.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.affinity.Affinity;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.Rendezvous;
import io.jvmroute.cluster.TestNodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table of the product. A node is written {@code route:state}, with {@code :suspect} (could not be reached), {@code :lost} (the grid does
 * not see it) or {@code :gone} (no address any more) behind it; the node itself is n1, and {@code fe} a frontend.
 */
final class AffinityPolicyTest {
    private static final String STRICT = "strict";

    @ParameterizedTest(name = "{0} at {1}, others {2}, id {3}, pin {4}, {5}: {6}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        # arrival | self       | others                    | id     | moved to | when down  | decision

        # a hop is never forwarded again
        HOP    | n1:ready       | n2:ready                   | s.n2   | -  | redispatch | here H
        HOP    | n1:ready       | n2:ready                   | s.n2   | n2 | strict     | here H
        HOP    | n1:draining    | n2:ready                   | -      | -  | redispatch | here H
        HOP    | n1:ready       | -                          | s.n9   | -  | redispatch | here H
        FORGED | n1:ready       | n2:ready                   | s.n1   | -  | redispatch | 400 X
        FORGED | n1:ready       | n2:ready                   | s.n2   | n2 | strict     | 400 X
        FORGED | fe:ready       | n2:ready                   | -      | -  | redispatch | 400 X

        # the owner is this node
        CLIENT | n1:ready       | n2:ready                   | s.n1   | -  | redispatch | here H
        CLIENT | n1:ready       | -                          | s.n1   | -  | strict     | here H
        CLIENT | n1:draining    | n2:ready                   | s.n1   | -  | redispatch | here H
        CLIENT | n1:ready       | n2:ready                   | s.n2   | n1 | redispatch | here H
        CLIENT | n1:draining    | n2:ready                   | s.n2   | n1 | strict     | here H
        CLIENT | n1:starting    | n2:ready                   | s.n1   | -  | redispatch | repin n1 R
        CLIENT | n1:starting    | n2:ready                   | s.n1   | -  | strict     | 503 X
        CLIENT | n1:maintenance | n2:ready                   | s.n1   | -  | redispatch | repin n1 R
        CLIENT | n1:maintenance | n2:ready                   | s.n2   | n1 | redispatch | repin n1 R
        CLIENT | n1:maintenance | n2:ready                   | s.n1   | -  | strict     | 503 X
        CLIENT | n1:left        | n2:ready                   | s.n1   | -  | redispatch | repin n1 R

        # the owner is another node, by the request's route
        CLIENT | n1:ready       | n2:ready                   | s.n2   | -  | redispatch | to n2 F
        CLIENT | n1:ready       | n2:ready n3:ready          | s.n3   | -  | strict     | to n3 F
        CLIENT | n1:ready       | n2:draining                | s.n2   | -  | redispatch | to n2 D
        CLIENT | n1:ready       | n2:draining                | s.n2   | -  | strict     | to n2 D
        CLIENT | n1:draining    | n2:ready                   | s.n2   | -  | redispatch | to n2 F
        CLIENT | n1:starting    | n2:ready                   | s.n2   | -  | redispatch | to n2 F
        CLIENT | n1:maintenance | n2:ready                   | s.n2   | -  | redispatch | to n2 F
        CLIENT | fe:ready       | n2:ready                   | s.n2   | -  | redispatch | to n2 F
        CLIENT | fe:ready       | n2:draining n3:ready       | s.n2   | -  | strict     | to n2 D
        # reachability decides, not membership
        CLIENT | n1:ready       | n2:ready:lost n3:ready     | s.n2   | -  | redispatch | to n2 F
        CLIENT | fe:ready       | n2:draining:lost           | s.n2   | -  | strict     | to n2 D

        # ... by a moved pin: an old id must not pull the session back
        CLIENT | n1:ready       | n2:ready                   | s.n1   | n2 | redispatch | to n2 M
        CLIENT | n1:ready       | n2:ready n3:ready          | s.n3   | n2 | strict     | to n2 M
        CLIENT | n1:ready       | n2:draining                | s.n1   | n2 | redispatch | to n2 M
        CLIENT | n1:ready       | n2:ready                   | s.n2   | n2 | redispatch | to n2 M
        CLIENT | n1:ready       | n2:ready:lost              | s.n1   | n2 | redispatch | to n2 M
        CLIENT | n1:ready       | n2:ready                   | s.n9   | n2 | redispatch | to n2 M
        CLIENT | n1:ready       | n2:ready                   | s      | n2 | redispatch | to n2 M
        CLIENT | fe:ready       | n2:ready n3:ready          | s.n3   | n2 | redispatch | to n2 M

        # the owner is down
        CLIENT | n1:ready       | n2:maintenance             | s.n2   | -  | redispatch | repin n2 R
        CLIENT | n1:ready       | n2:starting                | s.n2   | -  | redispatch | repin n2 R
        CLIENT | n1:ready       | n2:ready:suspect           | s.n2   | -  | redispatch | repin n2 R
        CLIENT | n1:ready       | n2:draining:suspect        | s.n2   | -  | redispatch | repin n2 R
        CLIENT | n1:ready       | n2:gone n3:ready           | s.n2   | -  | redispatch | repin n2 R
        CLIENT | n1:ready       | n2:ready:suspect           | s.n1   | n2 | redispatch | repin n2 R
        CLIENT | n1:ready       | n2:maintenance             | s.n1   | n2 | redispatch | repin n2 R
        CLIENT | n1:ready       | n2:gone                    | s.n1   | n2 | redispatch | repin n2 R
        CLIENT | fe:ready       | n2:gone n3:ready           | s.n2   | -  | redispatch | repin n2 R
        CLIENT | n1:ready       | n2:maintenance             | s.n2   | -  | strict     | 503 X
        CLIENT | n1:ready       | n2:starting                | s.n2   | -  | strict     | 503 X
        CLIENT | n1:ready       | n2:ready:suspect           | s.n2   | -  | strict     | 503 X
        CLIENT | n1:ready       | n2:gone n3:ready           | s.n2   | -  | strict     | 503 X
        CLIENT | n1:ready       | n2:ready:suspect           | s.n1   | n2 | strict     | 503 X
        CLIENT | fe:ready       | n2:gone n3:ready           | s.n2   | -  | strict     | 503 X

        # no owner
        CLIENT | n1:ready       | n2:ready                   | -      | -  | redispatch | here N
        CLIENT | n1:ready       | n2:ready                   | -      | -  | strict     | here N
        CLIENT | n1:ready       | n2:ready                   | s      | -  | redispatch | here N
        CLIENT | fe:ready       | n2:ready                   | -      | -  | redispatch | to n2 N
        CLIENT | fe:ready       | n2:ready:suspect n3:ready  | -      | -  | redispatch | to n3 N
        CLIENT | fe:ready       | n2:ready:lost n3:ready     | -      | -  | redispatch | to n3 N
        CLIENT | fe:ready       | n2:draining n3:ready       | -      | -  | redispatch | to n3 N
        # a route never seen
        CLIENT | n1:ready       | n2:ready                   | s.n9   | -  | redispatch | here I
        CLIENT | n1:ready       | n2:ready                   | s.n9   | -  | strict     | here I
        CLIENT | n1:ready       | n2:ready                   | s.b.n2 | -  | redispatch | here I
        CLIENT | n1:ready       | n2:ready                   | s.     | -  | redispatch | here I
        CLIENT | fe:ready       | n2:ready                   | s.n9   | -  | redispatch | to n2 I
        # no owner, this node draining
        CLIENT | n1:draining    | n2:ready                   | -      | -  | redispatch | to n2 N
        CLIENT | n1:draining    | n2:ready                   | s.n9   | -  | redispatch | to n2 I
        CLIENT | n1:draining    | -                          | -      | -  | redispatch | here N
        CLIENT | n1:draining    | n2:draining                | -      | -  | redispatch | here N
        CLIENT | n1:draining    | n0:draining                | -      | -  | redispatch | here N
        CLIENT | n1:draining    | n2:ready:suspect           | s.n9   | -  | redispatch | here I
        # no owner, this node starting or in maintenance
        CLIENT | n1:starting    | n2:ready                   | -      | -  | redispatch | to n2 N
        CLIENT | n1:maintenance | n2:ready                   | s.n9   | -  | redispatch | to n2 I
        CLIENT | n1:maintenance | n2:draining                | -      | -  | redispatch | to n2 N
        # nobody usable
        CLIENT | fe:ready       | -                          | -      | -  | redispatch | 503 X
        CLIENT | fe:ready       | n2:maintenance n3:starting | -      | -  | redispatch | 503 X
        CLIENT | fe:ready       | n2:ready:suspect           | s.n9   | -  | redispatch | 503 X
        CLIENT | fe:ready       | n2:gone                    | -      | -  | strict     | 503 X
        CLIENT | n1:starting    | -                          | -      | -  | redispatch | 503 X
        CLIENT | n1:maintenance | n2:ready:suspect           | -      | -  | redispatch | 503 X
        CLIENT | n1:left        | -                          | -      | -  | redispatch | 503 X

        # partitionPolicy=consistent: this node sees fewer than half of the last known nodes
        CLIENT | n1:ready       | n2:ready:lost n3:ready:lost    | s.n2 | -  | consistent | to n2 F
        CLIENT | n1:ready       | n2:ready:suspect n3:ready:lost | s.n2 | -  | consistent | 503 X
        CLIENT | n1:ready       | n2:ready:suspect n3:ready:lost | s.n1 | -  | consistent | here H
        CLIENT | n1:ready       | n2:ready:suspect n3:ready:lost | s.n1 | n2 | consistent | 503 X
        CLIENT | n1:ready       | n2:ready:suspect n3:ready:lost | s.n2 | n1 | consistent | here H
        CLIENT | n1:ready       | n2:ready:suspect n3:ready:lost | -    | -  | consistent | here N
        CLIENT | n1:ready       | n2:ready:suspect n3:ready:lost | s.n9 | -  | consistent | here I
        CLIENT | n1:ready       | n2:ready:suspect n3:ready:lost | s.n2 | -  | redispatch | repin n2 R
        HOP    | n1:ready       | n2:ready:suspect n3:ready:lost | s.n2 | -  | consistent | here H
        CLIENT | n1:maintenance | n2:ready:lost n3:ready:lost    | s.n1 | -  | consistent | repin n1 R
        CLIENT | fe:ready       | n2:ready n3:ready:suspect n4:ready:lost | s.n3 | - | consistent | 503 X
        # ... a node in maintenance is there; one without an address counts
        CLIENT | n1:ready       | n2:ready n3:maintenance n4:ready:lost n5:ready:lost n6:gone n7:gone | s.n3 | - | consistent | repin n3 R
        CLIENT | n1:ready       | n2:ready n3:maintenance n4:ready:lost n5:ready:lost n6:gone n7:gone | s.n6 | - | consistent | 503 X
        # ... at least half: as ever
        CLIENT | n1:ready       | n2:ready:suspect           | s.n2   | -  | consistent | repin n2 R
        CLIENT | n1:ready       | n2:gone                    | s.n2   | -  | consistent | repin n2 R
        CLIENT | n1:ready       | n2:ready n3:gone           | s.n3   | -  | consistent | repin n3 R
        CLIENT | fe:ready       | n2:ready n3:gone           | s.n3   | -  | consistent | repin n3 R
        """)
    void decide_table(
            Arrival arrival, String self, String others, String id, String moved, String down, String decision) {
        ClusterView view = view(self, others);
        AffinityPolicy policy = policy(down);
        assertThat(describe(decide(policy, arrival, view, id, moved))).isEqualTo(decision);
    }

    @ParameterizedTest(name = "{0}, others {1}, id {2}, pin {3}, {4}: {5}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        # self     | others                       | id   | moved | when down  | the last decision
        n1:ready       | n2:ready n3:ready n4:ready   | s.n2 | -  | redispatch | here R
        n1:ready       | n2:ready n3:ready n4:ready   | s.n2 | n4 | redispatch | here R
        n1:ready       | n2:ready n3:ready            | s.n2 | -  | strict     | 503 X
        n1:draining    | n2:ready n3:ready n4:ready   | -    | -  | redispatch | here N
        n1:maintenance | n2:ready n3:ready n4:ready   | s.n1 | -  | redispatch | 503 X
        n1:maintenance | n2:ready n3:draining         | -    | -  | redispatch | 503 X
        fe:ready       | n2:ready n3:ready n4:ready   | s.n2 | -  | redispatch | 503 X
        fe:ready       | n2:ready n3:ready n4:ready   | s.n9 | -  | redispatch | 503 X
        fe:ready       | n2:ready n3:draining         | s.n3 | n2 | redispatch | 503 X
        fe:ready       | n2:ready n3:ready:lost       | s.n3 | -  | redispatch | 503 X
        """)
    void decide_redispatch_triesEachNodeOnceAndEnds(
            String self, String others, String id, String moved, String down, String last) {
        AffinityPolicy policy = policy(down);
        ClusterView view = view(self, others);
        Set<String> tried = new TreeSet<>();
        Decision decision = settled(policy, view, id, moved);
        while (decision instanceof Decision.Forward forward) {
            assertThat(tried.add(forward.backend().route()))
                    .as("first try of %s", forward)
                    .isTrue();
            view = view.without(forward.backend());
            decision = settled(policy, view, id, moved);
        }
        assertThat(describe(decision)).isEqualTo(last);
        assertThat(tried).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"n1:ready, s.n1, ", "n1:draining, s.n2, n1"})
    void decide_home_isAlwaysTheSameInstance(String self, String id, String moved) {
        Decision decision = decide(policy("redispatch"), Arrival.CLIENT, view(self, "n2:ready"), id, moved);
        assertThat(decision).isSameAs(Decision.ServeLocally.HOME);
    }

    private static Decision decide(AffinityPolicy policy, Arrival arrival, ClusterView view, String id, String moved) {
        Affinity affinity = id == null ? Affinity.NONE : view.routes().find(id);
        Decision decision = policy.decide(affinity, moved == null ? null : new Pin(moved, 2), view, arrival);
        if (decision instanceof Decision.Balance open) {
            NodeSelector selector = new NodeSelector(view.isFrontend() ? Balance.ROUND_ROBIN : Balance.LOCAL);
            return selector.select(open.verdict(), view, /* draw= */ 0, new Warm(node -> 0));
        }
        return decision;
    }

    /** Where the request ends up if all frontends agree by hash on who takes over. */
    private static Decision settled(AffinityPolicy policy, ClusterView view, String id, String moved) {
        Decision decision = decide(policy, Arrival.CLIENT, view, id, moved);
        if (!(decision instanceof Decision.Repin)) {
            return decision;
        }
        Node agreed = Rendezvous.choose(AffinityKey.ofSession(id), NodeSelector.candidates(view));
        if (agreed == null) {
            return Decision.Reject.NOBODY_READY;
        }
        return view.isSelf(agreed)
                ? new Decision.ServeLocally(Verdict.REPINNED)
                : new Decision.Forward(agreed, Verdict.REPINNED);
    }

    private static AffinityPolicy policy(String down) {
        return new AffinityPolicy(down.equals(STRICT), down.equals("consistent"));
    }

    private static ClusterView view(String self, String others) {
        List<Node> nodes = new ArrayList<>();
        Set<String> suspects = new TreeSet<>();
        Set<String> seen = new TreeSet<>();
        for (String other : others == null ? new String[0] : others.split(" +", -1)) {
            String[] words = other.split(":", -1);
            String condition = words[words.length - 1];
            seen.add(words[0]);
            if (!condition.equals("gone")) {
                nodes.add(TestNodes.node(words[0], state(words[1])).withMember(!condition.equals("lost")));
            }
            if (condition.equals("suspect")) {
                suspects.add(words[0]);
            }
        }
        String[] words = self.split(":", -1);
        if (words[0].equals("fe")) {
            return ClusterView.of(null, state(words[1]), nodes, suspects, seen).measuredBy(seen);
        }
        nodes.add(TestNodes.node(words[0]));
        seen.add(words[0]);
        return ClusterView.of(words[0], state(words[1]), nodes, suspects, seen).measuredBy(seen);
    }

    private static NodeState state(String word) {
        return NodeState.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static String describe(Decision decision) {
        String verdict = " " + decision.verdict().letter();
        if (decision instanceof Decision.ServeLocally) {
            return "here" + verdict;
        } else if (decision instanceof Decision.Forward forward) {
            return "to " + forward.backend().route() + verdict;
        } else if (decision instanceof Decision.Repin repin) {
            return "repin " + repin.owner() + verdict;
        } else if (decision instanceof Decision.Reject reject) {
            return reject.status() + verdict;
        }
        throw new AssertionError(decision);
    }

    @Test
    void decide_keyWithoutRoute() {
        ClusterView view = ClusterView.of("n1", NodeState.READY, List.of(), Set.of(), Set.of());
        AffinityPolicy policy = policy("redispatch");
        assertThat(policy.decide(Affinity.UNPINNED, null, view, Arrival.CLIENT)).isSameAs(Decision.FirstPin.INSTANCE);
        assertThat(policy.decide(Affinity.UNPINNED, null, view, Arrival.HOP)).isSameAs(Decision.ServeLocally.HOME);
        assertThat(policy.decide(view.routes().ofPin("n1"), null, view, Arrival.CLIENT))
                .isSameAs(Decision.ServeLocally.HOME);
        assertThat(policy.decide(view.routes().ofCookie("n9"), null, view, Arrival.CLIENT))
                .isSameAs(Decision.Balance.INVALID);
    }
}
