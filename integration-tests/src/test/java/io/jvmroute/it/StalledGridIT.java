package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.it.contract.SessionId;
import io.jvmroute.it.contract.ShopAnswer;
import io.jvmroute.it.contract.ShopClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A member of the grid that answers nothing, but is not gone either: whoever asks it waits. No request may. */
final class StalledGridIT {
    private static final List<String> LIVE = List.of("n1", "n2");
    private static final String STALLED = "n3";
    private static final int SESSIONS = 10;
    private static final Duration BEFORE = Duration.ofSeconds(3);
    /** Longer than Hazelcast takes to give a silent member up, so that its removal is part of it. */
    private static final Duration FROZEN = Duration.ofSeconds(12);
    /** Generous: a call to the stalled member would take several times as long. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final ShopClient client = new ShopClient();
    private ShopNodes nodes;

    @BeforeEach
    void start() throws IOException {
        nodes = ShopNodes.start("stalled");
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            for (String owner : List.of("n1", "n2", "n3")) {
                SessionId id = begin(owner);
                for (String entry : List.of("n1", "n2", "n3")) {
                    assertThat(look(entry, id).node()).isEqualTo(owner);
                }
            }
        });
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void member_frozen_sessionsOfOthersAreServed() throws Exception {
        List<SessionId> ids = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            ids.add(begin("n1"));
            ids.add(begin("n2"));
        }
        SessionId ofTheStalled = begin(STALLED);
        report("before", drive(ids, BEFORE));

        signal("STOP");
        try {
            report("frozen", drive(ids, FROZEN));
            try (NodeJmx jmx = nodes.jmx("n1")) {
                assertThat(jmx.affinity().getNodes())
                        .as("that the freeze was noticed")
                        .anyMatch(node ->
                                node.startsWith(STALLED) && (node.contains("SUSPECT") || node.contains("NOT_IN_GRID")));
            }
        } finally {
            signal("CONT");
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(look("n1", ofTheStalled).status()).isEqualTo(200));
        report("after", drive(ids, BEFORE));
    }

    /** Asks for each session through both nodes in turn, and begins a new one each round; the latencies in ns. */
    private long[] drive(List<SessionId> ids, Duration duration) {
        List<Long> latencies = new ArrayList<>();
        long start = System.nanoTime();
        while (System.nanoTime() - start < duration.toNanos()) {
            List<SessionId> round = new ArrayList<>(ids);
            round.add(begin("n1"));
            for (SessionId id : round) {
                for (String entry : LIVE) {
                    ShopAnswer answer = look(entry, id);
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.node()).isEqualTo(id.route());
                    assertThat(answer.state().session()).isTrue();
                    assertThat(answer.took()).isLessThan(LIMIT);
                    latencies.add(answer.took().toNanos());
                }
            }
        }
        return latencies.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private static void report(String phase, long[] sorted) {
        System.out.printf(
                "%s: %d requests, median %.2f ms, p99 %.2f ms, slowest %.2f ms%n",
                phase,
                sorted.length,
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length * 99 / 100] / 1e6,
                Arrays.stream(sorted).max().orElseThrow() / 1e6);
    }

    private SessionId begin(String node) {
        ShopAnswer answer = client.post(nodes.shop(node), "cart", null, "product=sencha&quantity=1");
        assertThat(answer.took()).isLessThan(LIMIT);
        assertThat(answer.cookieId()).as("%s", answer).isNotNull();
        return SessionId.cookie(answer.cookieId());
    }

    private ShopAnswer look(String node, SessionId id) {
        return client.get(nodes.shop(node), "state", id);
    }

    private void signal(String name) throws IOException, InterruptedException {
        long pid = nodes.node(STALLED).handle().pid();
        Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).isZero();
    }
}
