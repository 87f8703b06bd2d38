package io.jvmroute.hazelcast;

import static io.jvmroute.hazelcast.TestCluster.node;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.map.IMap;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One node's entry in a real map; its timer never comes to anything. */
final class OwnNodeTest {
    private static final Node NODE = node("n1", NodeState.READY);

    private final TestCluster cluster = new TestCluster();
    private final GridThreads threads = new GridThreads("test");
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> new Thread());
    private volatile boolean overwritten;
    private IMap<String, NodeEntry> map;
    private GridCalls calls;
    private OwnNode own;

    @BeforeEach
    void join() throws Exception {
        map = cluster.join().grid().joined().member().getMap(MemberConfig.NODES);
        GridSettings settings = cluster.settings();
        GridHealth health = new GridHealth(new RecordingListener(), () -> true, TestCluster.PATIENCE);
        calls = new GridCalls(threads.scheduler(), health, TestCluster.PATIENCE);
        own = new OwnNode(map, settings, "m1", calls, timer, node -> overwritten);
    }

    @AfterEach
    void leave() {
        timer.shutdownNow();
        threads.close();
        cluster.close();
    }

    private static void get(CompletionStage<?> stage) throws Exception {
        stage.toCompletableFuture().get(TestCluster.PATIENCE.toSeconds(), SECONDS);
    }

    @Test
    void publish_overwrittenByAnother_isWrittenAtOnce() throws Exception {
        get(own.publish(NODE));
        assertThat(own.publish(NODE.withLoad(1, 0))).as("waits for its second").isNotCompleted();

        overwritten = true;
        get(own.publish(NODE.withLoad(2, 0)));

        assertThat(map.get("n1").sessions()).isEqualTo(2);
    }

    @Test
    void keepSilent_leavesTheEntryToWhoeverWroteIt() throws Exception {
        get(own.publish(NODE));
        NodeEntry another = NodeEntry.of(node("n1", NodeState.DRAINING), "m2", List.of());
        map.set("n1", another);

        own.keepSilent();
        own.repeat();
        await().until(() -> calls.underWay() == 0);
        assertThat(map.get("n1")).isEqualTo(another);

        get(own.publish(NODE));
        assertThat(map.get("n1").memberId()).isEqualTo("m1");
    }
}
