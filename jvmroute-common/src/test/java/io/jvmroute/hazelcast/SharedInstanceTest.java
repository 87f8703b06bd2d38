package io.jvmroute.hazelcast;

import static io.jvmroute.hazelcast.TestCluster.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.MapConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.spi.merge.PassThroughMergePolicy;
import io.jvmroute.AffinityConfig;
import io.jvmroute.ConfigurationException;
import io.jvmroute.JvmRoute;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.GridUnavailableException;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.Pin;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A member that belongs to the user: what it must have, and that it outlives the grid. */
final class SharedInstanceTest {
    private static final AffinityKey KEY = AffinityKey.ofSession("abc");

    private final Config config = new Config();
    private HazelcastInstance member;

    private HazelcastInstance start() {
        config.setClusterName("test-" + UUID.randomUUID());
        config.getNetworkConfig().setPort(20_000).setPortCount(10_000);
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
        config.setProperty("hazelcast.local.localAddress", "127.0.0.1")
                .setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.partition.count", "11")
                .setProperty("hazelcast.phone.home.enabled", "false");
        member = Hazelcast.newHazelcastInstance(config);
        return member;
    }

    @AfterEach
    void stop() {
        if (member != null) {
            member.shutdown();
        }
    }

    private List<String> faults() {
        return SharedInstance.of(start()).faults();
    }

    @Test
    void join_onceWithoutMemory_isTriedAgain() throws Exception {
        SharedInstance.prepare(config);
        HazelcastInstance real = start();
        AtomicBoolean failing = new AtomicBoolean();
        HazelcastInstance once = (HazelcastInstance) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HazelcastInstance.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getMap") && failing.compareAndSet(true, false)) {
                        throw new OutOfMemoryError("for a moment");
                    }
                    return method.invoke(real, arguments);
                });
        AffinityConfig options = AffinityConfig.builder()
                .route("n1")
                .hazelcast(SharedInstance.of(once))
                .build();
        try (JvmRoute node = new JvmRoute(options, 10)) {
            failing.set(true);
            node.start();
            node.awaitJoined(TestCluster.PATIENCE);
            node.ready(URI.create("http://127.0.0.1:1"));
            await().atMost(TestCluster.PATIENCE)
                    .until(() -> real.getMap(MemberConfig.NODES).containsKey("n1"));
        }
    }

    @Test
    void prepared_hasNoFaults() {
        SharedInstance.prepare(config);
        config.addMapConfig(new MapConfig("sessions").setTimeToLiveSeconds(60));
        assertThat(faults()).isEmpty();
    }

    @Test
    void notPrepared_everyFaultAtOnce() {
        SharedInstance bare = SharedInstance.of(start());

        assertThat(bare.faults())
                .hasSize(3)
                .contains("not prepared (expected: SharedInstance.prepare(config) before the start)")
                .anyMatch(fault -> fault.startsWith("map jvmroute.pins with merge policy "))
                .anyMatch(fault -> fault.startsWith("no serialization of ") && fault.contains("jvmroute.Pin,"));
        assertThatThrownBy(() -> AffinityConfig.builder()
                        .route("n1")
                        .members("127.0.0.1")
                        .hazelcast(bare)
                        .build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("hazelcast: not prepared")
                .hasMessageContaining("members: given (expected: none beside a Hazelcast instance");
    }

    @Test
    void mapsChangedAfterwards_areFaults() {
        SharedInstance.prepare(config);
        config.getMapConfig("jvmroute.pins").getMergePolicyConfig().setPolicy(PassThroughMergePolicy.class.getName());
        config.getMapConfig("jvmroute.nodes").setBackupCount(0);
        config.getMapConfig("jvmroute.keys").getEvictionConfig().setEvictionPolicy(EvictionPolicy.LRU);
        assertThat(faults())
                .hasSize(3)
                .anyMatch(fault -> fault.startsWith("map jvmroute.pins with merge policy ")
                        && fault.endsWith("(expected: " + PinMergePolicy.class.getName() + ")"))
                .anyMatch(fault -> fault.startsWith("map jvmroute.nodes that forgets"))
                .anyMatch(fault -> fault.startsWith("map jvmroute.keys that forgets"));
    }

    @Test
    void serializersSetAfterwards_areAFault() {
        SharedInstance.prepare(config);
        config.getSerializationConfig().getCompactSerializationConfig().setSerializers(new PinSerializers.OfPin());
        assertThat(faults()).singleElement().asString().startsWith("no serialization of jvmroute.AffinityKey");
    }

    @Test
    void stopped_isAFault() {
        SharedInstance.prepare(config);
        SharedInstance given = SharedInstance.of(start());
        member.shutdown();

        assertThat(given.faults()).singleElement().asString().startsWith("not running");
    }

    @Test
    void grid_usesItAndLeavesItRunning() throws Exception {
        SharedInstance.prepare(config);
        SharedInstance given = SharedInstance.of(start());
        RecordingListener heard = new RecordingListener();
        HazelcastGrid grid = new HazelcastGrid(settings(), given);
        grid.join(heard);
        grid.publish(node("n1", NodeState.READY)).toCompletableFuture().join();
        grid.own(KEY, new Pin("n1", 2), Duration.ofMinutes(1))
                .toCompletableFuture()
                .join();
        await().until(() -> heard.moved.containsKey(KEY));

        grid.close();

        assertThat(grid.isJoined()).isFalse();
        assertThat(member.getLifecycleService().isRunning()).isTrue();
        assertThat(member.getMap("jvmroute.pins").size()).isEqualTo(1);
        member.<AffinityKey, Pin>getMap("jvmroute.pins").set(AffinityKey.ofSession("later"), new Pin("n1", 3));
        assertThat(heard.moved).doesNotContainKey(AffinityKey.ofSession("later"));

        HazelcastGrid again = new HazelcastGrid(settings(), given);
        again.join(new RecordingListener());
        assertThat(again.isJoined()).isTrue();
        again.close();
    }

    @Test
    void grid_ofAStoppedMember_doesNotJoin() {
        SharedInstance.prepare(config);
        HazelcastGrid grid = new HazelcastGrid(settings(), SharedInstance.of(start()));
        member.shutdown();

        assertThatThrownBy(() -> grid.join(new RecordingListener()))
                .isInstanceOf(GridUnavailableException.class)
                .hasMessageContaining("has stopped");
    }

    private static GridSettings settings() {
        return GridSettings.of("unused", "127.0.0.1", 0, List.of()).withTiming(TestCluster.QUICK);
    }
}
