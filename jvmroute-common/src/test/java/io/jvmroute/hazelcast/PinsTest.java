package io.jvmroute.hazelcast;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.map.IMap;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Pin;
import io.jvmroute.hazelcast.TestCluster.Joined;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two members for all tests; each test has sessions of its own. */
final class PinsTest {
    private static final Duration SOON = TestCluster.PATIENCE;
    private static final Duration FOREVER = Duration.ZERO;
    private static final AtomicInteger TESTS = new AtomicInteger();

    @AutoClose
    private static final TestCluster CLUSTER = new TestCluster();

    private static Joined first;
    private static Joined second;

    private final String test = "test-" + TESTS.incrementAndGet() + "-";
    private final AffinityKey key = AffinityKey.ofSession(test);

    @BeforeAll
    static void join() throws Exception {
        first = CLUSTER.join();
        second = CLUSTER.join();
    }

    private AffinityKey session(int i) {
        return AffinityKey.ofSession(test + i);
    }

    /** What a member was told of the sessions of one test. */
    private static Map<AffinityKey, Pin> moved(Joined member, Collection<AffinityKey> keys) {
        Map<AffinityKey, Pin> moved = new HashMap<>(member.heard().moved);
        moved.keySet().retainAll(keys);
        return moved;
    }

    private static IMap<Object, Object> map() {
        return first.grid().joined().member().getMap(MemberConfig.PINS);
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(SOON.toSeconds(), SECONDS);
    }

    @Test
    void moves_tellOnWhereTheSessionBegan() throws Exception {
        assertThat(get(first.grid().own(key, new Pin("n1", 1), FOREVER)).firstOwner())
                .isEqualTo("n1");
        assertThat(get(second.grid().repin(key, new Pin("n1", 1), "n2", FOREVER)))
                .extracting(Pin::firstOwner)
                .isEqualTo("n1");
        assertThat(get(first.grid().own(key, new Pin("n2", 2), FOREVER)).firstOwner())
                .isEqualTo("n1");
    }

    @Test
    void repin_firstWriterWins() throws Exception {
        int sessions = 1000;
        List<AffinityKey> keys = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            keys.add(session(i));
            get(first.grid().own(keys.get(i), new Pin("n1", 1), FOREVER));
        }
        CyclicBarrier barrier = new CyclicBarrier(2);
        var toN2 = CompletableFuture.supplyAsync(() -> repinAll(barrier, first, keys, "n2"), PinsTest::inOwnThread);
        var toN3 = CompletableFuture.supplyAsync(() -> repinAll(barrier, second, keys, "n3"), PinsTest::inOwnThread);
        List<Pin> saysFirst = get(toN2);
        assertThat(get(toN3)).isEqualTo(saysFirst);
        assertThat(saysFirst).hasSize(sessions).allMatch(pin -> pin.epoch() == 2);
        await().untilAsserted(() -> {
            assertThat(moved(first, keys)).hasSize(sessions);
            assertThat(moved(second, keys)).isEqualTo(moved(first, keys));
        });
    }

    /** The common pool has one thread where there are two cores: who waits for each other would wait forever there. */
    private static void inOwnThread(Runnable task) {
        new Thread(task, "repin").start();
    }

    private static List<Pin> repinAll(CyclicBarrier barrier, Joined grid, List<AffinityKey> keys, String toRoute) {
        try {
            barrier.await(SOON.toSeconds(), SECONDS);
            List<CompletionStage<Pin>> stages = new ArrayList<>();
            for (AffinityKey key : keys) {
                stages.add(grid.grid().repin(key, new Pin("n1", 1), toRoute, FOREVER));
            }
            List<Pin> pins = new ArrayList<>();
            for (CompletionStage<Pin> stage : stages) {
                pins.add(get(stage));
            }
            return pins;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void own_startsNoThreadPerCall() throws Exception {
        get(first.grid().own(key, new Pin("n1", 1), FOREVER));
        long before = ManagementFactory.getThreadMXBean().getTotalStartedThreadCount();
        for (int i = 0; i < 300; i++) {
            get(first.grid().own(session(i), new Pin("n1", 1), FOREVER));
        }
        long started = ManagementFactory.getThreadMXBean().getTotalStartedThreadCount() - before;
        assertThat(started).isLessThan(100);
    }

    @Test
    void repin_withoutPin() throws Exception {
        assertThat(get(first.grid().repin(key, new Pin("n1", 1), "n2", FOREVER)))
                .isNull();
        assertThat(get(second.grid().repin(key, new Pin("n2", 1), "n3", FOREVER)))
                .isNull();
        assertThat(map().containsKey(key)).isFalse();
    }

    @Test
    void repin_sessionThatCameBack() throws Exception {
        get(first.grid().own(key, new Pin("n1", 1), FOREVER));
        get(first.grid().repin(key, new Pin("n1", 1), "n2", FOREVER));
        Pin back = get(first.grid().repin(key, new Pin("n2", 2), "n1", FOREVER));
        assertThat(back).isEqualTo(new Pin("n1", 3));
        // who still thinks of the first tenure of n1 does not move the third
        assertThat(get(second.grid().repin(key, new Pin("n1", 1), "n4", FOREVER)))
                .isEqualTo(back);
    }

    @Test
    void own_rules() throws Exception {
        assertThat(get(first.grid().own(key, new Pin("n1", 1), FOREVER))).isEqualTo(new Pin("n1", 1));
        assertThat(get(second.grid().own(key, new Pin("n2", 1), FOREVER))).isEqualTo(new Pin("n1", 1));
        assertThat(get(second.grid().own(key, new Pin("n2", 2), FOREVER))).isEqualTo(new Pin("n2", 2));
        assertThat(get(first.grid().own(key, new Pin("n2", 1), FOREVER))).isEqualTo(new Pin("n2", 2));
    }

    @Test
    void end_rules() throws Exception {
        get(first.grid().own(key, new Pin("n2", 2), FOREVER));
        await().until(() -> second.heard().moved.containsKey(key));
        get(first.grid().end(key, "n1"));
        assertThat(get(second.grid().own(key, new Pin("n1", 1), FOREVER))).isEqualTo(new Pin("n2", 2));
        get(second.grid().end(key, "n2"));
        await().untilAsserted(() -> {
            assertThat(first.heard().ended).contains(key);
            assertThat(second.heard().ended).contains(key);
            assertThat(second.heard().moved).doesNotContainKey(key);
        });
        assertThat(get(first.grid().repin(key, new Pin("n2", 2), "n3", FOREVER)))
                .isNull();
    }

    @Test
    void ttl_expires() throws Exception {
        AffinityKey lasting = session(1);
        get(first.grid().own(lasting, new Pin("n1", 2), FOREVER));
        get(first.grid().own(key, new Pin("n1", 1), FOREVER));
        get(first.grid().repin(key, new Pin("n1", 1), "n2", Duration.ofSeconds(1)));
        await().until(() -> second.heard().moved.containsKey(key));
        await().untilAsserted(() -> {
            assertThat(first.heard().ended).contains(key);
            assertThat(second.heard().ended).contains(key);
        });
        assertThat(first.heard().ended).doesNotContain(lasting);
        assertThat(get(first.grid().repin(lasting, new Pin("n1", 2), "n3", FOREVER)))
                .isEqualTo(new Pin("n3", 3));
    }

    @Test
    void ttl_prolongedByItsOwner() throws Exception {
        get(first.grid().own(key, new Pin("n1", 1), Duration.ofSeconds(1)));
        get(first.grid().own(key, new Pin("n1", 1), Duration.ofMinutes(1)));
        assertThat(map().getEntryView(key).getTtl()).isEqualTo(60_000);
    }

    @Test
    void moved_readByALaterMember() throws Exception {
        get(first.grid().own(key, new Pin("n1", 1), FOREVER));
        get(first.grid().repin(key, new Pin("n1", 1), "n2", FOREVER));
        get(first.grid().own(session(1), new Pin("n1", 1), FOREVER));
        try (Joined third = CLUSTER.join()) {
            assertThat(third.heard().moved).containsEntry(key, new Pin("n2", 2)).doesNotContainKey(session(1));
        }
    }

    @Test
    void moved_surviveACrash() throws Exception {
        Joined third = CLUSTER.join();
        List<AffinityKey> keys = IntStream.range(0, 100).mapToObj(this::session).toList();
        for (AffinityKey session : keys) {
            get(first.grid().own(session, new Pin("n2", 2), FOREVER));
        }
        int reads = first.heard().reads.get();
        third.grid().joined().member().getLifecycleService().terminate();
        await().until(() -> first.heard().reads.get() > reads);
        assertThat(moved(first, keys)).hasSize(100);
        assertThat(first.heard().ended).doesNotContainAnyElementsOf(keys);
    }
}
