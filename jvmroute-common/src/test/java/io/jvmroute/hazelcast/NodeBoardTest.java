package io.jvmroute.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.cluster.AddressRanges;
import io.jvmroute.cluster.HopKey;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.testing.LogLines;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Whose entries count. */
final class NodeBoardTest {
    private static final List<HopKey> OLD = HopKeys.derive("the old secret of all");
    private static final List<HopKey> NEW = HopKeys.derive("the new secret of all");
    private static final List<HopKey> BOTH = HopKeys.derive("the new secret of all,the old secret of all");

    private final RecordingListener heard = new RecordingListener();

    private NodeBoard board(List<HopKey> keys, String... allowed) {
        NodeBoard board = new NodeBoard(keys, AddressRanges.of(List.of(allowed)), heard, Runnable::run);
        board.members(Set.of("m1", "m2", "rogue"));
        return board;
    }

    private static Node node(String route, String url) {
        return new Node(route, route + "-life", URI.create(url), NodeState.READY, 1, 0, 0, "0", true);
    }

    private static NodeEntry entry(String url, List<HopKey> keys) {
        return NodeEntry.of(node("n1", url), "m1", keys);
    }

    private List<String> urls() {
        return heard.nodes.stream().map(node -> node.url().toString()).toList();
    }

    // ---- allowedNodes ----

    @Test
    void allowedNodes_outside_isNoNode_andSaidOnce() {
        try (LogLines log = new LogLines(NodeBoard.class)) {
            NodeBoard board = board(List.of(), "10.1.0.0/16", "2001:db8::/32");
            for (String good : List.of("http://10.1.2.3:80", "https://[2001:db8::7]:443")) {
                board.changed("n1", entry(good, List.of()));
                assertThat(urls()).containsExactly(good);
            }
            for (String bad : List.of(
                    "http://10.2.0.1:80",
                    "http://127.0.0.1:80",
                    "http://[2001:db9::7]:80",
                    "http://localhost:80",
                    "http://metadata.internal:80")) {
                board.changed("n1", entry(bad, List.of()));
                assertThat(urls()).as(bad).isEmpty();
                assertThat(board.findNode("n1")).isNull();
            }
            assertThat(log.lines())
                    .containsExactly("a node's entry is refused: route n1 at http://10.2.0.1:80"
                            + " (expected: an address in allowedNodes, no name)");
        }
    }

    @Test
    void allowedNodes_none_anyAddress() {
        NodeBoard board = board(List.of());
        board.changed("n1", entry("http://n1.example:80", List.of()));
        assertThat(urls()).containsExactly("http://n1.example:80");
    }

    // ---- before the key of the cluster is known ----

    @Test
    void changed_noKeyYet_tellsOfNobody() {
        AtomicBoolean keyKnown = new AtomicBoolean();
        NodeBoard board = board(List.of());
        board.holdUntil(keyKnown::get);
        board.changed("n1", entry("http://10.0.0.1:80", List.of()));
        assertThat(urls()).isEmpty();

        keyKnown.set(true);
        board.read(Map.of("n1", entry("http://10.0.0.1:80", List.of())));
        assertThat(urls()).containsExactly("http://10.0.0.1:80");
    }

    // ---- goodbyes ----

    @Test
    void goodbye_thatIsOverBeforeItIsTold_isTold() {
        List<Runnable> later = new ArrayList<>();
        NodeBoard board = new NodeBoard(List.of(), AddressRanges.of(List.of()), heard, later::add);
        Node node = node("n1", "http://10.0.0.1:80");
        board.changed("n1", NodeEntry.of(node, "m1", List.of()));
        later.remove(0).run();

        board.changed("n1", NodeEntry.of(node.withState(NodeState.LEFT), "m1", List.of()));
        board.read(Map.of()); // by the clock of whoever holds it now it has expired
        later.remove(0).run();

        assertThat(heard.nodes).extracting(Node::state).containsExactly(NodeState.LEFT);
        board.read(Map.of());
        later.remove(0).run();
        assertThat(heard.nodes).isEmpty();
    }

    @Test
    void goodbye_ofAFormerLife_doesNotEndTheNext() {
        List<Runnable> later = new ArrayList<>();
        NodeBoard board = new NodeBoard(List.of(), AddressRanges.of(List.of()), heard, later::add);
        Node node = node("n1", "http://10.0.0.1:80");
        NodeEntry next = NodeEntry.of(node, "m2", List.of());

        board.changed("n1", NodeEntry.of(node.withState(NodeState.LEFT), "m1", List.of()));
        board.read(Map.of("n1", next));
        later.remove(0).run();
        assertThat(heard.nodes).extracting(Node::state).containsExactly(NodeState.READY);

        board.changed("n1", NodeEntry.of(node.withState(NodeState.LEFT), "m1", List.of()));
        board.changed("n1", next);
        board.read(Map.of());
        later.remove(0).run();
        assertThat(heard.nodes).isEmpty();
    }

    // ---- secret ----

    @Test
    void secret_rotated_oldAndNewEntriesCount() {
        for (List<HopKey> reader : List.of(OLD, BOTH, NEW)) {
            for (List<HopKey> writer : List.of(OLD, BOTH, NEW)) {
                NodeBoard board = board(reader);
                board.changed("n1", entry("http://10.0.0.1:80", writer));
                // the first key of a writer signs
                assertThat(heard.nodes).hasSize(reader == BOTH || reader.get(0).equals(writer.get(0)) ? 1 : 0);
            }
        }
    }

    @Test
    void secret_eachValueIsAuthenticated() {
        NodeEntry real = entry("http://10.0.0.1:80", OLD);
        NodeEntry made = real.signed(new HopKey("x", new byte[HopKey.MIN_BYTES]));
        List<NodeEntry> forged = List.of(
                made,
                copy(real, "n2", real.incarnation(), real.url(), "READY", 1, 0, "0", "m1"),
                copy(real, "n1", "another-life", real.url(), "READY", 1, 0, "0", "m1"),
                copy(real, "n1", real.incarnation(), "http://10.6.6.6:80", "READY", 1, 0, "0", "m1"),
                copy(real, "n1", real.incarnation(), real.url(), "MAINTENANCE", 1, 0, "0", "m1"),
                copy(real, "n1", real.incarnation(), real.url(), "LEFT", 1, 0, "0", "m1"),
                copy(real, "n1", real.incarnation(), real.url(), "READY", 1000, 0, "0", "m1"),
                copy(real, "n1", real.incarnation(), real.url(), "READY", 1, 99, "0", "m1"),
                copy(real, "n1", real.incarnation(), real.url(), "READY", 1, 0, "9", "m1"),
                copy(real, "n1", real.incarnation(), real.url(), "READY", 1, 0, "0", "m2"));
        NodeBoard board = board(OLD);
        board.changed("n1", real);
        assertThat(heard.nodes).hasSize(1);
        for (NodeEntry entry : forged) {
            board.changed("n1", entry);
            assertThat(heard.nodes).as("%s", entry).isEmpty();
        }
    }

    private static NodeEntry copy(
            NodeEntry real,
            String route,
            String life,
            String url,
            String state,
            int weight,
            int sessions,
            String version,
            String member) {
        return new NodeEntry(route, life, url, state, weight, sessions, 0, version, member, real.mac());
    }

    // ---- what a stranger writes ----

    @Test
    void entryAtAnotherRoute_isNoNode_norItsGoodbye() {
        NodeBoard board = board(OLD);
        NodeEntry now = entry("http://10.0.0.1:80", OLD);
        NodeEntry before = NodeEntry.of(node("n1", "http://10.0.0.9:80"), "m2", OLD);
        Node left = node("n1", "http://10.0.0.1:80").withState(NodeState.LEFT);
        board.changed("n1", now);
        board.changed("zzz", before);
        assertThat(urls()).containsExactly("http://10.0.0.1:80");
        assertThat(board.findNode("zzz")).isNull();

        board.changed("zzz", NodeEntry.of(left, "m2", OLD));
        board.read(Map.of("n1", now));
        assertThat(heard.nodes).extracting(Node::state).containsExactly(NodeState.READY);

        board.read(Map.of("a", before, "n1", now));
        assertThat(urls()).containsExactly("http://10.0.0.1:80");
    }

    @Test
    void garbage_isNoNode_andNoLineOfTheLog() {
        try (LogLines log = new LogLines(NodeBoard.class)) {
            NodeBoard board = board(List.of());
            board.changed(
                    "n1", new NodeEntry("n1\nroute=n1 left", "x", "http://h:1", "READY", 1, 0, 0, "", "rogue", null));
            board.changed("n2", new NodeEntry("n2", "x", "http://h h:1", "READY", 1, 0, 0, "", "m1", null));
            board.changed("n3", new NodeEntry("n3", "x", "gopher://h:1", "READY", 1, 0, 0, "", "m2", null));
            assertThat(heard.nodes).isEmpty();
            assertThat(log.lines()).hasSize(3).allMatch(line -> line.matches("a node's entry is refused: [ -~]+"));
        }
    }
}
