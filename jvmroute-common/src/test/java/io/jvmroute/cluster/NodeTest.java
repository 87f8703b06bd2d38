package io.jvmroute.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeTest {
    private static Node node(String route, String url, int weight) {
        return new Node(route, "1", URI.create(url), NodeState.READY, weight, 0, 0, "1", true);
    }

    @Test
    void new_badRoute() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> node("n.1", "http://h:80", 1))
                .withMessage("route: n.1 (expected: 1 to 64 characters of A-Z a-z 0-9 _ -, no dots)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://h", "ftp://h:80", "//h:80", "http:h:80", "/path", "http://:80", "http://h:0"})
    void new_badUrl(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> node("n1", url, 1))
                .withMessage("url: " + url + " (expected: http://host:port or https://host:port)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1001})
    void new_badWeight(int weight) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> node("n1", "http://h:80", weight))
                .withMessage("weight: " + weight + " (expected: 1 to 1000)");
    }

    @Test
    void with_changesOneThing() {
        Node node = node("n1", "http://[::1]:80", 1000);
        assertThat(node.withState(NodeState.DRAINING).state()).isEqualTo(NodeState.DRAINING);
        assertThat(node.withState(NodeState.DRAINING).withState(NodeState.READY))
                .isEqualTo(node);
        assertThat(node.withLoad(3, 4))
                .extracting(Node::sessions, Node::inFlight)
                .containsExactly(3, 4);
        assertThat(node.withLoad(3, 4).withLoad(0, 0)).isEqualTo(node);
        assertThat(node.withMember(true)).isSameAs(node);
        assertThat(node.withMember(false).member()).isFalse();
        assertThat(node.withMember(false).withMember(true)).isEqualTo(node);
    }

    @ParameterizedTest
    @CsvSource({"n1, true", "n2, false"})
    void isSameLife_routeAndIncarnation(String route, boolean same) {
        assertThat(TestNodes.node("n1").isSameLife(TestNodes.node(route, NodeState.DRAINING)))
                .isEqualTo(same);
        assertThat(TestNodes.node("n1").isSameLife(TestNodes.reborn("n1"))).isFalse();
    }

    @Test
    void pin_limits() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Pin("n.1", 1))
                .withMessageStartingWith("route: n.1 (expected: ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Pin("n1", 0))
                .withMessage("epoch: 0 (expected: >= 1)");
        assertThat(new Pin("n1", 1).isMoved()).isFalse();
        assertThat(new Pin("n1", 2).isMoved()).isTrue();
    }

    @Test
    void hopKey_tellsNoSecret() {
        byte[] secret = "0123456789abcdef0123456789abcdef".getBytes(US_ASCII);
        HopKey key = new HopKey("k1", secret);
        secret[0] = 'x';
        key.secret()[0] = 'y';
        assertThat(key.secret()).startsWith('0').hasSize(HopKey.MIN_BYTES);
        assertThat(key).hasToString("HopKey[k1]").isEqualTo(new HopKey("k1", key.secret()));
        assertThat(key).isNotEqualTo(new HopKey("k2", key.secret())).isNotEqualTo(new HopKey("k1", secret));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HopKey("k1", new byte[31]))
                .withMessage("hop key k1: 31 bytes (expected: >= 32)");
    }
}
