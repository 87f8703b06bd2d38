package io.jvmroute;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.PinTable;
import io.jvmroute.cluster.TestNodes;
import io.jvmroute.hazelcast.GridSettings;
import io.jvmroute.hazelcast.HazelcastGrid;
import io.jvmroute.record.OwnedPin;
import io.jvmroute.record.OwnedSessions;
import io.jvmroute.testing.DeafListener;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The node n2 with sessions of n1, which is back, and of its own. */
final class FailbackTest {
    private static final HazelcastGrid GRID =
            new HazelcastGrid(GridSettings.of("test-" + UUID.randomUUID(), "127.0.0.1", 0, List.of()));

    private final NodeDirectory directory = new NodeDirectory("n2");
    private final PinTable mirror = new PinTable(1000);
    private final OwnedSessions owned = new OwnedSessions("n2", mirror, System::nanoTime, Runnable::run);
    private final Map<String, OwnedPin> sessions = new LinkedHashMap<>();
    private final Node n1 = TestNodes.node("n1");
    private final String run = UUID.randomUUID().toString();
    private long now = Long.MAX_VALUE - 1_000_000_000L; // it overflows soon
    private boolean shares = true;
    private SessionHost.Release release = SessionHost.Release.RELEASED;
    private Failback failback;

    @BeforeAll
    static void join() throws Exception {
        GRID.join(new DeafListener());
    }

    @AfterAll
    static void leave() {
        GRID.close();
    }

    @BeforeEach
    void start() {
        owned.use(GRID);
        directory.self(TestNodes.node("n2"));
        directory.update(List.of(n1, TestNodes.node("n3")));
        failback = new Failback("n2", directory, owned, () -> now);
        failback.use(new SessionHost() {
            @Override
            public boolean sharesData() {
                return shares;
            }

            @Override
            public boolean holds(String sessionId) {
                return sessions.containsKey(sessionId);
            }

            @Override
            public void forEach(BiConsumer<String, OwnedPin> visitor) {
                sessions.forEach(visitor);
            }

            @Override
            public Release release(String sessionId, BooleanSupplier departs, Consumer<String> unserializable) {
                return release != Release.RELEASED || departs.getAsBoolean() ? release : Release.NOT_YET;
            }
        });
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(180, SECONDS);
    }

    private AffinityKey key(int i) {
        return AffinityKey.ofSession(run + i);
    }

    /** A session that n2 took over from {@code home}, and serves. */
    private void tookOver(int i, String home) throws Exception {
        Pin first = new Pin(home, Pin.FIRST_EPOCH);
        get(GRID.own(key(i), first, Duration.ZERO));
        get(GRID.repin(key(i), first, "n2", Duration.ZERO));
        serve(i, /* movedHere= */ true);
    }

    private void serve(int i, boolean movedHere) {
        OwnedPin pin = movedHere
                ? owned.begun(key(i), Duration.ZERO) // nobody hears here of what was moved
                : owned.served(key(i), /* movedHere= */ false, Duration.ZERO);
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> pin.home() != null);
        sessions.put(run + i, pin);
    }

    private void after(Duration time) {
        now += time.toNanos();
        failback.look();
    }

    private void awaitOwned(int count) {
        await().untilAsserted(() -> assertThat(owned.size()).isEqualTo(count));
    }

    private Pin stored(int i) throws Exception {
        return get(GRID.own(
                key(i), new Pin("nobody", Pin.FIRST_EPOCH), Duration.ZERO)); // changes nothing where there is one
    }

    @Test
    void home_calm_getsItsSessionsBack() throws Exception {
        tookOver(1, "n1");
        serve(2, /* movedHere= */ false);
        tookOver(3, "n4"); // which is not back
        failback.look();
        after(Failback.CALM.minusNanos(1));
        assertThat(owned.size()).isEqualTo(3);
        after(Duration.ofNanos(1));
        awaitOwned(2);
        assertThat(stored(1)).isEqualTo(new Pin("n1", 3));
        assertThat(stored(1).firstOwner()).isEqualTo("n1");
        assertThat(mirror.find(key(1))).isEqualTo(new Pin("n1", 3));
        assertThat(stored(2)).isEqualTo(new Pin("n2", 1));
        assertThat(stored(3)).isEqualTo(new Pin("n2", 2));
        assertThat(owned.handedOver()).isEqualTo(1);
        assertThat(owned.lost()).isZero();
    }

    @Test
    void home_unreachableOrAnotherLife_isWaitedForAgain() throws Exception {
        tookOver(1, "n1");
        failback.look();
        directory.suspect(n1);
        after(Failback.CALM);
        directory.recovered(n1);
        after(Failback.CALM);
        assertThat(owned.size()).isEqualTo(1);
        directory.update(List.of(TestNodes.reborn("n1")));
        after(Failback.CALM);
        assertThat(owned.size()).isEqualTo(1);
        after(Failback.CALM);
        awaitOwned(0);
    }

    @Test
    void nodeDrainsOrSharesNothing_givesNothingBack() throws Exception {
        tookOver(1, "n1");
        failback.look();
        directory.self(NodeState.DRAINING);
        after(Failback.CALM);
        directory.self(NodeState.READY);
        shares = false;
        after(Failback.CALM);
        shares = true;
        release = SessionHost.Release.STAYS;
        after(Failback.CALM);
        release = SessionHost.Release.RELEASED;
        after(Failback.CALM);
        assertThat(owned.size()).as("it was tried in vain a moment ago").isEqualTo(1);
        assertThat(sessions.get(run + 1).tryEnter()).isTrue();
    }

    @Test
    void session_inUse_isLeftAloneUntilTheNextLook() throws Exception {
        tookOver(1, "n1");
        failback.look();
        OwnedPin pin = sessions.get(run + 1);
        assertThat(pin.tryEnter()).isTrue();
        after(Failback.CALM);
        assertThat(owned.size()).isEqualTo(1);
        pin.leave();
        after(Failback.CALM);
        awaitOwned(0);
    }

    @Test
    void manySessions_goAFewAtATime() throws Exception {
        int count = Failback.AT_ONCE + 50;
        for (int i = 0; i < count; i++) {
            tookOver(i, "n1");
        }
        failback.look();
        after(Failback.CALM);
        awaitOwned(50);
        after(Duration.ofSeconds(1));
        awaitOwned(0);
        assertThat(owned.handedOver()).isEqualTo(count);
    }
}
