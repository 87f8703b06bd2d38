package io.jvmroute.hazelcast;

import static io.jvmroute.hazelcast.TestCluster.node;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.nio.serialization.genericrecord.GenericRecord;
import com.hazelcast.nio.serialization.genericrecord.GenericRecordBuilder;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.GridUnavailableException;
import io.jvmroute.cluster.HopKey;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.Pin;
import io.jvmroute.hazelcast.TestCluster.Joined;
import io.jvmroute.testing.LogLines;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class HazelcastGridTest {

    private final TestCluster cluster = new TestCluster();

    @AfterEach
    void noThreadIsLeft() {
        cluster.close();
        await().untilAsserted(() -> assertThat(TestCluster.threads()).isEmpty());
    }

    @Test
    void join_alone() throws Exception {
        Joined alone = cluster.join();
        assertThat(alone.grid().isJoined()).isTrue();
        assertThat(alone.grid().hopKeys()).hasSize(1);
        assertThat(alone.heard().reads).hasValue(1);
    }

    @Test
    void reportDown_isHeardByTheOthersAlone() throws Exception {
        Joined first = cluster.join();
        Joined second = cluster.join();
        Joined third = cluster.join();
        first.grid().reportDown(TestCluster.node("n1", NodeState.READY));
        second.grid().reportDown(TestCluster.node("n2", NodeState.READY));
        await().untilAsserted(() -> {
            assertThat(first.heard().down).containsExactly("n2 http://127.0.0.1:8080");
            assertThat(second.heard().down).containsExactly("n1 http://127.0.0.1:8080");
            assertThat(third.heard().down).hasSize(2);
        });
    }

    @Test
    void pinsThatNoNodeWouldWrite_keepNobodyFromTheOthers() throws Exception {
        Joined first = cluster.join();
        AffinityKey good = AffinityKey.ofSession("good");
        AffinityKey bad = AffinityKey.ofSession("bad");
        get(first.grid().own(good, new Pin("n1", 2), Duration.ZERO));
        first.grid().joined().member().getMap(MemberConfig.PINS).set(bad, pinOf("no route at all", 7, "neither, this"));

        Joined second = cluster.join();

        assertThat(second.heard().moved).containsEntry(good, new Pin("n1", 2));
        Pin read = second.heard().moved.get(bad);
        assertThat(read).isEqualTo(new Pin(PinSerializers.NO_NODE, 7));
        assertThat(get(second.grid().repin(bad, read, "n2", Duration.ZERO))).isEqualTo(new Pin("n2", 8));
        first.grid().joined().member().getMap(MemberConfig.PINS).set(bad, pinOf("n1", -7, null));
        assertThat(get(second.grid().repin(bad, new Pin("n1", 1), "n2", Duration.ZERO)))
                .isEqualTo(new Pin("n2", 2));
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
    }

    private static GenericRecord pinOf(String route, long epoch, @Nullable String home) {
        return GenericRecordBuilder.compact("jvmroute.Pin")
                .setString("route", route)
                .setInt64("epoch", epoch)
                .setString("home", home)
                .build();
    }

    @Test
    void join_membersThatDoNotExist() throws Exception {
        Joined alone = cluster.join(settings -> GridSettings.of(
                        settings.clusterName(), "127.0.0.1", 0, List.of("127.0.0.1:1", "127.0.0.1:2"))
                .withTiming(TestCluster.QUICK));
        assertThat(alone.grid().isJoined()).isTrue();
    }

    @Test
    void join_memberByName() throws Exception {
        Joined first = cluster.join();
        cluster.join(settings -> GridSettings.of(
                        settings.clusterName(), "127.0.0.1", 0, List.of("localhost:" + first.port()))
                .withTiming(TestCluster.QUICK));
        assertThat(first.grid().joined().member().getCluster().getMembers()).hasSize(2);
    }

    @Test
    void join_listensOnItsAddressOnly() throws Exception {
        Joined member = cluster.join();
        InetSocketAddress elsewhere =
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), member.port());
        assertThatThrownBy(() -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(elsewhere, 1000);
                    }
                })
                .isInstanceOf(java.net.ConnectException.class);
    }

    /** Whatever the member opens in this process: one socket, at its address and port. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void join_opensOneListeningSocket() throws Exception {
        Set<String> before = ListeningSockets.ofThisProcess();
        Joined member = cluster.join();
        Set<String> opened = ListeningSockets.ofThisProcess();
        opened.removeAll(before);
        assertThat(opened).containsExactly(member.address());
    }

    /** A Hazelcast client begins with {@code CP2}; a browser otherwise. */
    @Test
    void join_speaksWithMembersOnly() throws Exception {
        Joined member = cluster.join();
        assertThat(answerTo("CP2", member.port())).as("hangs up on a client").endsWith("EOF");
        assertThat(answerTo("GET /hazelcast/health HTTP/1.0\r\n\r\n", member.port()))
                .as("and on a browser")
                .doesNotContain("HTTP/")
                .endsWith("EOF");
    }

    private static String answerTo(String greeting, int port) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) TestCluster.PATIENCE.toMillis());
            socket.getOutputStream().write(greeting.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII) + "EOF";
        } catch (java.net.SocketException reset) {
            return "EOF";
        }
    }

    @Test
    void join_portTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> cluster.join(settings -> GridSettings.of("x", "127.0.0.1", port, List.of())))
                    .isInstanceOf(GridUnavailableException.class)
                    .hasMessage("hazelcastPort: " + port + " is taken on 127.0.0.1"
                            + " (expected: a free port, another one for each node of a machine)");
        }
    }

    @Test
    void join_addressOfAnotherMachine() {
        assertThatThrownBy(() -> cluster.join(settings -> GridSettings.of("x", "192.0.2.1", 0, List.of())))
                .isInstanceOf(GridUnavailableException.class)
                .hasMessage("bindAddress: 192.0.2.1 (expected: one address of this machine)");
        assertThatThrownBy(() -> cluster.join(settings -> GridSettings.of("x", "0.0.0.0", 0, List.of())))
                .isInstanceOf(GridUnavailableException.class)
                .hasMessage("bindAddress: 0.0.0.0 (expected: one address of this machine)");
    }

    @Test
    void join_membersThatRefuse() throws Exception {
        Joined first = cluster.join();
        GridSettings settings = cluster.settings();
        var config = MemberConfig.of(settings, "refused").setProperty("hazelcast.partition.count", "73");
        assertThatThrownBy(() -> MemberStart.start(settings, config))
                .isInstanceOf(GridUnavailableException.class)
                .hasMessageContaining("clusterName: ")
                .hasMessageContaining("did not let this node in");
        await().untilAsserted(() -> assertThat(TestCluster.threads()).noneMatch(name -> name.contains("refused")));
        assertThat(first.grid().isJoined()).isTrue();
    }

    @Test
    void nodes_seenByOthers() throws Exception {
        Joined first = cluster.join();
        Node n1 = node("n1", NodeState.READY);
        first.grid().publish(n1).toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        Joined second = cluster.join();
        assertThat(second.heard().nodes).as("told before join returns").containsExactly(n1);
        Node n2 = node("n2", NodeState.STARTING);
        second.grid().publish(n2).toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        await().untilAsserted(() -> {
            assertThat(first.heard().nodes).containsExactly(n1, n2);
            assertThat(second.heard().nodes).containsExactly(n1, n2);
        });
        assertThat(second.grid().isMember(n1)).isTrue();
        assertThat(second.grid().findNode("n1")).isEqualTo(n1);
        assertThat(second.grid().findNode("n3")).isNull();
    }

    @Test
    void nodes_outliveTheirTtlWhileTheyLive() throws Exception {
        Joined first = cluster.join();
        Node n1 = node("n1", NodeState.READY);
        first.grid().publish(n1).toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        long expiration = expiration(first, "n1");
        assertThat(expiration).isLessThan(Long.MAX_VALUE);
        await().until(() -> expiration(first, "n1") > expiration);
        assertThat(first.grid().findNode("n1")).isEqualTo(n1);
    }

    /** When the entry would be gone, in milliseconds since the epoch. */
    private static long expiration(Joined grid, String route) {
        return grid.grid()
                .joined()
                .member()
                .getMap(MemberConfig.NODES)
                .getEntryView(route)
                .getExpirationTime();
    }

    @Test
    void nodes_leaveGracefully() throws Exception {
        Joined first = cluster.join();
        Joined second = cluster.join();
        Node n2 = node("n2", NodeState.READY);
        second.grid().publish(n2).toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        await().until(() -> first.grid().isMember(n2));
        second.grid().withdraw(n2).toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        second.grid().close();
        await().untilAsserted(() -> {
            Node left = first.heard().node("n2");
            assertThat(left).isNotNull();
            assertThat(left.state()).isEqualTo(NodeState.LEFT);
            assertThat(left.member()).isFalse();
        });
        assertThat(first.grid().findNode("n2")).isNull();
        assertThat(first.grid().isJoined()).isTrue();
        assertThat(second.heard().degraded).isEmpty();
        long left = expiration(first, "n2") - System.currentTimeMillis();
        assertThat(Duration.ofMillis(left)).isBetween(Duration.ofHours(23), OwnNode.GOODBYE_TTL);
    }

    @Test
    void nodes_aGoodbyeSparesTheNextLife() throws Exception {
        Joined first = cluster.join();
        Node old = node("n1", NodeState.READY);
        Node next = new Node("n1", "next-life", old.url(), NodeState.READY, 1, 0, 0, "0", true);
        first.grid().publish(old).toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        first.grid().publish(next).toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        first.grid().withdraw(old).toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        assertThat(first.grid().findNode("n1")).isEqualTo(next);
    }

    @Test
    void nodes_dieByTermination() throws Exception {
        Joined first = cluster.join();
        Joined second = cluster.join();
        Node n2 = node("n2", NodeState.READY);
        second.grid().publish(n2).toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        await().until(() -> first.grid().isMember(n2));
        second.grid().joined().member().getLifecycleService().terminate();
        await().untilAsserted(() -> {
            assertThat(first.heard().node("n2")).isEqualTo(n2.withMember(false));
            assertThat(first.grid().isMember(n2)).isFalse();
        });
        assertThat(second.heard().degraded).hasSize(1);
    }

    @Test
    void nodes_loadIsWrittenOnceASecond() throws Exception {
        Joined first = cluster.join();
        Node n1 = node("n1", NodeState.READY);
        long started = System.nanoTime();
        first.grid().publish(n1).toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        List<CompletionStage<?>> written = new ArrayList<>();
        for (int sessions = 1; sessions <= 100; sessions++) {
            written.add(first.grid().publish(n1.withLoad(sessions, 0)));
        }
        for (CompletionStage<?> stage : written) {
            stage.toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(first.grid().findNode("n1")).isEqualTo(n1.withLoad(100, 0));
    }

    @Test
    void nodes_aNewStateIsWrittenAtOnce() throws Exception {
        Joined first = cluster.join();
        Node n1 = node("n1", NodeState.READY);
        first.grid().publish(n1).toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        CompletionStage<?> load = first.grid().publish(n1.withLoad(1, 0));
        CompletionStage<?> state = first.grid().publish(n1.withState(NodeState.DRAINING));
        state.toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        assertThat(load).as("waits for its second").isNotCompleted();
    }

    @Test
    void nodes_withoutTheSecretAreRefused() throws Exception {
        Joined first = cluster.join(settings -> settings.withSecret("correct horse battery staple"));
        Joined stranger = cluster.join();
        stranger.grid()
                .publish(node("n9", NodeState.READY))
                .toCompletableFuture()
                .get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        Joined second = cluster.join(settings -> settings.withSecret("new secret,correct horse battery staple"));
        first.grid()
                .publish(node("n1", NodeState.READY))
                .toCompletableFuture()
                .get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        await().untilAsserted(() -> assertThat(second.heard().nodes).containsExactly(node("n1", NodeState.READY)));
        assertThat(second.grid().findNode("n9")).isNull();
        assertThat(second.grid().hopKeys()).hasSize(2).containsAll(first.grid().hopKeys());
        assertThat(second.grid().hopKeys().get(0))
                .isNotEqualTo(first.grid().hopKeys().get(0));
    }

    /** A member without the secret writes where a node has written, and where pins are. */
    @Test
    void nodes_overwrittenByAStranger_getNoRequests() throws Exception {
        Node n1 = node("n1", NodeState.READY);
        Joined first = cluster.join(settings -> settings.withSecret("correct horse battery staple"));
        Joined second = cluster.join(settings -> settings.withSecret("correct horse battery staple"));
        first.grid().publish(n1).toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        await().until(() -> second.grid().isMember(n1));

        Joined rogue = cluster.join();
        var entries = rogue.grid().joined().member().<String, NodeEntry>getMap(MemberConfig.NODES);
        NodeEntry stored = entries.get("n1");
        int told = second.heard().nodeChanges.get();
        entries.set(
                "n1",
                new NodeEntry(
                        "n1",
                        stored.incarnation(),
                        "http://127.0.0.1:6666",
                        "READY",
                        1,
                        0,
                        0,
                        "0",
                        stored.memberId(),
                        stored.mac()));
        entries.set("n6", NodeEntry.of(node("n6", NodeState.READY), "rogue", List.of()));
        await().until(() -> second.heard().nodeChanges.get() > told);
        await().untilAsserted(
                        () -> { // the node repeats its own word
                            assertThat(second.heard().nodes).allMatch(n1::equals);
                            assertThat(second.grid().findNode("n1")).isEqualTo(n1);
                        });
        assertThat(second.grid().findNode("n6")).isNull();
        // a pin that names it leads nowhere: there is no such node
        AffinityKey key = AffinityKey.ofSession("steered");
        rogue.grid()
                .own(key, new Pin("n6", 7), Duration.ofMinutes(1))
                .toCompletableFuture()
                .get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        await().until(() -> second.heard().moved.containsKey(key));
        assertThat(second.heard().node("n6")).isNull();
        assertThat(second.grid().hopKeys())
                .as("the secret's alone")
                .hasSize(1)
                .isEqualTo(first.grid().hopKeys());
    }

    /** Of a type that no node writes, one that can be read and one that can't. */
    @Test
    void strangeValues_hideNothingElse() throws Exception {
        Joined first = cluster.join();
        HazelcastInstance rogue = rogue();
        try (LogLines log = new LogLines(EntryFeed.class)) {
            for (Object strange : List.of("a string", new Rogue())) {
                rogue.getMap(MemberConfig.NODES).set(strange.getClass().getSimpleName(), strange);
                rogue.getMap(MemberConfig.NODES).set(strange, "at a strange key");
                set(rogue, AffinityKey.ofSession("strange" + strange.getClass()), strange);
            }
            Node n1 = node("n1", NodeState.READY);
            AffinityKey moved = AffinityKey.ofSession("moved");
            AffinityKey home = AffinityKey.ofSession("at home");
            get(first.grid().publish(n1));
            get(first.grid().own(moved, new Pin("n1", 2), Duration.ZERO));
            get(first.grid().own(home, new Pin("n1", 1), Duration.ZERO));
            await().untilAsserted(() -> assertThat(first.heard().nodes).containsExactly(n1));

            Joined second = cluster.join();

            assertThat(second.heard().nodes).containsExactly(n1);
            assertThat(second.heard().moved).containsOnlyKeys(moved);
            assertThat(second.grid().findNode("String")).isNull();
            assertThat(second.grid().findNode("Rogue")).isNull();
            AffinityKey later = AffinityKey.ofSession("moved later");
            get(first.grid().own(later, new Pin("n1", 2), Duration.ZERO));
            await().until(() -> second.heard().moved.containsKey(later));
            assertThat(log.lines()).hasSizeBetween(1, 6);
        } finally {
            rogue.shutdown();
        }
    }

    private HazelcastInstance rogue() throws GridUnavailableException {
        var config = MemberConfig.of(cluster.settings(), "rogue-" + UUID.randomUUID());
        config.getSerializationConfig().setJavaSerializationFilterConfig(null);
        return MemberStart.start(cluster.settings(), config);
    }

    /** The member that keeps it may fail to tell the others. */
    private static void set(HazelcastInstance rogue, AffinityKey key, Object value) {
        try {
            rogue.getMap(MemberConfig.PINS).set(key, value);
        } catch (RuntimeException e) {
            assertThat(rogue.getMap(MemberConfig.PINS).containsKey(key)).isTrue();
        }
    }

    @Test
    void keys_madeOnceAndRead() throws Exception {
        List<HopKey> made = cluster.join().grid().hopKeys();
        Joined second = cluster.join();
        assertThat(second.grid().hopKeys()).isEqualTo(made);
        assertThat(new TestClusterKeys().madeElsewhere()).isNotEqualTo(made);
    }

    /** Another cluster's key. */
    private static final class TestClusterKeys {
        List<HopKey> madeElsewhere() throws GridUnavailableException {
            try (TestCluster other = new TestCluster()) {
                return other.join().grid().hopKeys();
            }
        }
    }

    @Test
    void lite_waitsForTheFirstDataMember() throws Exception {
        Joined frontend = cluster.join(settings -> settings.withLite(true));
        assertThat(frontend.grid().isJoined()).isTrue();
        assertThat(frontend.grid().hopKeys()).isEmpty();
        Joined node = cluster.join();
        node.grid()
                .publish(node("n1", NodeState.READY))
                .toCompletableFuture()
                .get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        await().untilAsserted(() -> {
            assertThat(frontend.grid().hopKeys())
                    .isNotEmpty()
                    .isEqualTo(node.grid().hopKeys());
            assertThat(frontend.heard().nodes).containsExactly(node("n1", NodeState.READY));
        });
    }

    @Test
    void lost_byTermination() throws Exception {
        Joined alone = cluster.join();
        List<HopKey> keys = alone.grid().hopKeys();
        alone.grid().joined().member().getLifecycleService().terminate();
        await().until(() -> !alone.heard().degraded.isEmpty());
        assertThat(alone.grid().isJoined()).isFalse();
        assertThat(alone.grid().hopKeys()).isEqualTo(keys);
        AffinityKey key = AffinityKey.ofSession("s");
        assertThat(alone.grid().own(key, new Pin("n1", 1), Duration.ZERO)).isCompletedExceptionally();
        assertThat(alone.grid().repin(key, new Pin("n1", 1), "n2", Duration.ZERO))
                .isCompletedExceptionally();
        assertThat(alone.grid().end(key, "n1")).isCompletedExceptionally();
        assertThat(alone.grid().publish(node("n1", NodeState.READY))).isCompletedExceptionally();
        alone.grid().close();
        assertThat(alone.heard().degraded).containsExactly("the Hazelcast member has shut down");
        assertThat(alone.grid().hopKeys()).isEqualTo(keys);
    }

    @Test
    void javaSerialization_refused() throws Exception {
        Joined member = cluster.join();
        HazelcastInstance rogue = rogue();
        try {
            rogue.getMap("anything").set("ours", new Rogue());
            rogue.getMap("anything").set("theirs", new java.io.File("x")); // java.* is in Hazelcast's default list
            var map = member.grid().joined().member().getMap("anything");
            assertThatThrownBy(() -> map.get("ours")).hasStackTraceContaining("Rogue");
            assertThatThrownBy(() -> map.get("theirs")).hasStackTraceContaining("java.io.File");
            assertThat(Rogue.wasRead).isFalse();
        } finally {
            rogue.shutdown();
        }
    }

    private static final class Rogue implements java.io.Serializable {
        private static final long serialVersionUID = 1;
        static volatile boolean wasRead;

        private void readObject(java.io.ObjectInputStream in) {
            wasRead = true;
        }
    }
}
