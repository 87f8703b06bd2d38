package io.jvmroute.hazelcast;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Pin;
import io.jvmroute.hazelcast.TestCluster.Joined;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PinsTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration FOREVER = Duration.ZERO;

    private final TestCluster cluster = new TestCluster();
    private final AffinityKey key = AffinityKey.ofSession("a session");
    private Joined first;
    private Joined second;

    /** Calls that a busy machine delays are no matter of these tests. */
    private static final GridSettings.Timing PATIENT = new GridSettings.Timing(
            Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(10));

    @BeforeEach
    void join() throws Exception {
        first = cluster.join(s -> s.withTiming(PATIENT));
        second = cluster.join(s -> s.withTiming(PATIENT));
    }

    @AfterEach
    void leave() {
        cluster.close();
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, SECONDS);
    }

    @Test
    void repin_firstWriterWins() throws Exception {
        int sessions = 1000;
        List<AffinityKey> keys = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            keys.add(AffinityKey.ofSession("session-" + i));
            get(first.grid().own(keys.get(i), new Pin("n1", 1), FOREVER));
        }
        CyclicBarrier barrier = new CyclicBarrier(2);
        var toN2 = CompletableFuture.supplyAsync(() -> repinAll(barrier, first, keys, "n2"), PinsTest::inOwnThread);
        var toN3 = CompletableFuture.supplyAsync(() -> repinAll(barrier, second, keys, "n3"), PinsTest::inOwnThread);
        List<Pin> saysFirst = toN2.get(60, SECONDS);
        assertThat(toN3.get(30, SECONDS)).isEqualTo(saysFirst);
        assertThat(saysFirst).hasSize(sessions).allMatch(pin -> pin.epoch() == 2);
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(first.heard().moved).hasSize(sessions);
            assertThat(second.heard().moved).isEqualTo(first.heard().moved);
        });
    }

    /** The common pool has one thread where there are two cores: who waits for each other would wait forever there. */
    private static void inOwnThread(Runnable task) {
        new Thread(task, "repin").start();
    }

    private static List<Pin> repinAll(CyclicBarrier barrier, Joined grid, List<AffinityKey> keys, String toRoute) {
        try {
            barrier.await(30, SECONDS);
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
            get(first.grid().own(AffinityKey.ofSession("session-" + i), new Pin("n1", 1), FOREVER));
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
        assertThat(first.grid().joined().member().getMap(MemberConfig.PINS).size())
                .isZero();
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
        await().atMost(SOON).until(() -> second.heard().moved.containsKey(key));
        get(first.grid().end(key, "n1"));
        assertThat(get(second.grid().own(key, new Pin("n1", 1), FOREVER))).isEqualTo(new Pin("n2", 2));
        get(second.grid().end(key, "n2"));
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(first.heard().ended).contains(key);
            assertThat(second.heard().ended).contains(key);
            assertThat(second.heard().moved).isEmpty();
        });
        assertThat(get(first.grid().repin(key, new Pin("n2", 2), "n3", FOREVER)))
                .isNull();
    }

    @Test
    void ttl_expires() throws Exception {
        AffinityKey lasting = AffinityKey.ofSession("for ever");
        get(first.grid().own(lasting, new Pin("n1", 2), FOREVER));
        get(first.grid().own(key, new Pin("n1", 1), FOREVER));
        get(first.grid().repin(key, new Pin("n1", 1), "n2", Duration.ofSeconds(1)));
        await().atMost(SOON).until(() -> second.heard().moved.containsKey(key));
        await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
            assertThat(first.heard().ended).containsExactly(key);
            assertThat(second.heard().ended).containsExactly(key);
        });
        assertThat(get(first.grid().repin(lasting, new Pin("n1", 2), "n3", FOREVER)))
                .isEqualTo(new Pin("n3", 3));
    }

    @Test
    void ttl_prolongedByItsOwner() throws Exception {
        get(first.grid().own(key, new Pin("n1", 1), Duration.ofSeconds(1)));
        get(first.grid().own(key, new Pin("n1", 1), Duration.ofMinutes(1)));
        await().during(Duration.ofSeconds(3))
                .atMost(SOON)
                .until(() ->
                        first.grid().joined().member().getMap(MemberConfig.PINS).containsKey(key));
    }

    @Test
    void moved_readByALaterMember() throws Exception {
        get(first.grid().own(key, new Pin("n1", 1), FOREVER));
        get(first.grid().repin(key, new Pin("n1", 1), "n2", FOREVER));
        get(first.grid().own(AffinityKey.ofSession("never moved"), new Pin("n1", 1), FOREVER));
        Joined third = cluster.join();
        assertThat(third.heard().moved).containsExactly(java.util.Map.entry(key, new Pin("n2", 2)));
    }

    @Test
    void moved_surviveACrash() throws Exception {
        for (int i = 0; i < 100; i++) {
            get(first.grid().own(AffinityKey.ofSession("session-" + i), new Pin("n2", 2), FOREVER));
        }
        int reads = first.heard().reads.get();
        second.grid().joined().member().getLifecycleService().terminate();
        await().atMost(SOON).until(() -> first.heard().reads.get() > reads);
        assertThat(first.heard().moved).hasSize(100);
        assertThat(first.heard().ended).isEmpty();
    }
}
