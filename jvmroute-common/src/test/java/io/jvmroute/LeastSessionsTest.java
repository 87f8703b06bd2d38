package io.jvmroute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.jvmroute.affinity.AffinitySecrets;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.PinTable;
import io.jvmroute.cluster.TestNodes;
import io.jvmroute.policy.Arrival;
import io.jvmroute.policy.Decision;
import io.jvmroute.record.AffinityRecorder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frontends that balance by sessions, whose figures of the nodes are two seconds old: by an injected clock. */
final class LeastSessionsTest {
    private static final Duration STALE = Duration.ofSeconds(2);
    private static final AffinityConfig CONFIG = AffinityConfig.builder()
            .set("mode", "frontend")
            .set("balance", "least-sessions")
            .set("slowStart", "20s")
            .build();

    private final AtomicLong clock = new AtomicLong();
    private final Map<String, Integer> sessions = new TreeMap<>();
    private final Deque<Map<String, Integer>> reports = new ArrayDeque<>(); // one for each tenth of a second
    private final List<Frontend> frontends = new ArrayList<>();

    private final class Frontend {
        final NodeDirectory directory = new NodeDirectory(null);
        final LiveLoad load = new LiveLoad(CONFIG, node -> 0, new AffinityRecorder(), clock::get);
        final AffinityRouter router =
                new AffinityRouter(directory, new PinTable(1), CONFIG, load, () -> AffinitySecrets.NONE);

        void hear(Map<String, Integer> report) {
            List<Node> nodes = new ArrayList<>();
            report.forEach((route, count) -> nodes.add(TestNodes.node(route).withLoad(count, 0)));
            directory.self(NodeState.READY);
            directory.update(nodes);
            load.observe(directory.view());
        }

        void takeNewSession() {
            Decision decision = router.decide(null, Arrival.CLIENT);
            sessions.merge(((Decision.Forward) decision).backend().route(), 1, Integer::sum);
        }
    }

    /** Passes a second, in which each frontend takes so many new sessions. */
    private void second(int newSessions) {
        for (int tenth = 0; tenth < 10; tenth++) {
            clock.addAndGet(Duration.ofMillis(100).toNanos());
            reports.add(new TreeMap<>(sessions));
            if (reports.size() > STALE.toMillis() / 100) {
                reports.remove();
            }
            Map<String, Integer> old = new TreeMap<>(reports.element());
            sessions.keySet().forEach(route -> old.putIfAbsent(route, 0));
            frontends.forEach(frontend -> frontend.hear(old));
            for (int i = tenth; i < newSessions; i += 10) {
                frontends.forEach(Frontend::takeNewSession);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void join_emptyNode_isLevelWithinAMinute(int count) {
        for (int i = 0; i < count; i++) {
            frontends.add(new Frontend());
        }
        sessions.putAll(Map.of("n1", 1000, "n2", 1000, "n3", 1000));
        for (int i = 0; i < 30; i++) {
            second(0);
        }
        sessions.put("n4", 0);
        for (int i = 0; i < 60; i++) {
            second(40 / count);
        }
        assertThat(sessions.values())
                .as("%s", sessions)
                .allSatisfy(at -> assertThat(at).isCloseTo(1350, within(67)));
        assertThat(sessions.get("n1")).as("no session moved away").isGreaterThanOrEqualTo(1000);
    }

    @Test
    void join_emptyNode_isNotFlooded() {
        frontends.add(new Frontend());
        sessions.putAll(Map.of("n1", 1000, "n2", 1000, "n3", 1000));
        for (int i = 0; i < 30; i++) {
            second(0);
        }
        sessions.put("n4", 0);
        for (int i = 0; i < 10; i++) {
            second(200);
        }
        // half warm: half as many as the others have
        assertThat(sessions.get("n4")).isBetween(500, 900);
    }

    /** Requests that begin no session must not make their node look full for good. */
    @Test
    void placement_withoutSession_isForgotten() {
        Frontend frontend = new Frontend();
        frontends.add(frontend);
        sessions.putAll(Map.of("n1", 10, "n2", 12));
        second(0);
        for (int i = 0; i < 500; i++) {
            frontend.router.decide(null, Arrival.CLIENT);
        }
        assertThat(frontend.load.sessions(frontend.router.view().ready().get(0)))
                .isGreaterThan(200);
        second(0);
        second(0);
        assertThat(frontend.load.sessions(frontend.router.view().ready().get(0)))
                .isEqualTo(10);
    }
}
