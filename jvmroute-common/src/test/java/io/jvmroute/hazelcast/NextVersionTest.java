package io.jvmroute.hazelcast;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.CompactSerializationConfig;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import com.hazelcast.nio.serialization.FieldKind;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.Pin;
import io.jvmroute.hazelcast.TestCluster.Joined;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A member of this version beside one of the next, whose every record has a field more. Keys stay as they are: their bytes are compared. */
final class NextVersionTest {
    private static final int KEYS = 100; // so that either member holds some

    @AutoClose
    private static final TestCluster CLUSTER = new TestCluster();

    private static Joined now;
    private static HazelcastInstance next;

    /** What this version writes, and more; reads what either has written. */
    private record Next<T>(CompactSerializer<T> known) implements CompactSerializer<T> {
        @Override
        public T read(CompactReader reader) {
            if (reader.getFieldKind("more") != FieldKind.NOT_AVAILABLE) {
                assertThat(reader.readString("more")).isEqualTo("of the next version");
            }
            return known.read(reader);
        }

        @Override
        public void write(CompactWriter writer, T value) {
            known.write(writer, value);
            writer.writeString("more", "of the next version");
        }

        @Override
        public String getTypeName() {
            return known.getTypeName();
        }

        @Override
        public Class<T> getCompactClass() {
            return known.getCompactClass();
        }
    }

    @BeforeAll
    static void join() throws Exception {
        now = CLUSTER.join();
        GridSettings settings = CLUSTER.settings();
        Config config = MemberConfig.of(settings, "next");
        CompactSerializationConfig compact = new CompactSerializationConfig();
        for (CompactSerializer<?> serializer : MemberConfig.serializers()) {
            if (serializer instanceof PinSerializers.OfKey) {
                compact.addSerializer(serializer);
            } else {
                compact.addSerializer(new Next<>(serializer));
            }
        }
        config.getSerializationConfig().setCompactSerializationConfig(compact);
        next = MemberStart.start(settings, config);
        await().until(() ->
                now.grid().joined().member().getCluster().getMembers().size() == 2);
    }

    @AfterAll
    static void leave() {
        next.shutdown();
    }

    private static AffinityKey key(String test, int i) {
        return AffinityKey.ofSession(test + i);
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
    }

    private static IMap<AffinityKey, Pin> pins() {
        return next.getMap(MemberConfig.PINS);
    }

    private static Pin send(AffinityKey key, EntryProcessor<AffinityKey, Pin, Pin> rule) throws Exception {
        return get(pins().submitToKey(key, rule));
    }

    @Test
    void pins_ofEither_areMovedByTheOther() throws Exception {
        for (int i = 0; i < KEYS; i++) {
            AffinityKey ofNow = key("now", i);
            AffinityKey ofNext = key("next", i);
            get(now.grid().own(ofNow, new Pin("n1", 1), Duration.ZERO));
            assertThat(send(ofNext, new PinProcessors.Own("n2", 1, 0))).isEqualTo(new Pin("n2", 1));
            assertThat(pins().get(ofNow)).isEqualTo(new Pin("n1", 1));

            assertThat(send(ofNow, new PinProcessors.Repin("n1", 1, "n2", 0))).isEqualTo(new Pin("n2", 2));
            assertThat(get(now.grid().repin(ofNext, new Pin("n2", 1), "n1", Duration.ZERO)))
                    .isEqualTo(new Pin("n1", 2));
        }
        await().untilAsserted(() -> {
            for (int i = 0; i < KEYS; i++) {
                assertThat(now.heard().moved)
                        .containsEntry(key("now", i), new Pin("n2", 2))
                        .containsEntry(key("next", i), new Pin("n1", 2));
            }
        });
        for (int i = 0; i < KEYS; i++) {
            get(now.grid().end(key("now", i), "n2"));
            assertThat(get(pins().submitToKey(key("next", i), new PinProcessors.End("n1"))))
                    .isEqualTo(true);
        }
        await().until(() -> now.heard().moved.isEmpty());
    }

    @Test
    void nodes_ofEither_areKnownToTheOther() throws Exception {
        IMap<String, NodeEntry> nodes = next.getMap(MemberConfig.NODES);
        nodes.set("n2", NodeEntry.of(TestCluster.node("n2", NodeState.DRAINING), "next", List.of()));
        await().until(() -> now.heard().node("n2") != null);
        assertThat(now.heard().node("n2").state()).isEqualTo(NodeState.DRAINING);

        get(now.grid().publish(TestCluster.node("n1", NodeState.READY)));
        assertThat(nodes.get("n1").toNode(true)).isEqualTo(TestCluster.node("n1", NodeState.READY));
    }

    @Test
    void keys_ofEither_areUnited() throws Exception {
        IMap<String, KeyRing> rings = next.getMap(MemberConfig.KEYS);
        KeyRing known = new KeyRing(now.grid().hopKeys());
        KeyRing all = get(rings.submitToKey("test", new AddKeys(known)));
        assertThat(all.keys()).isEqualTo(now.grid().hopKeys());
        assertThat(rings.get("test").keys()).isEqualTo(now.grid().hopKeys());
    }
}
