package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.it.contract.SessionId;
import io.jvmroute.it.contract.ShopAnswer;
import io.jvmroute.it.contract.ShopClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
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
    /** A call to the stalled member would take twice as long. One slow request is the machine's matter. */
    private static final Duration MEDIAN_LIMIT = Duration.ofSeconds(2);

    private final ShopClient client = new ShopClient();
    private ShopNodes nodes;

    @BeforeEach
    void start() throws IOException {
        nodes = ShopNodes.start("stalled");
        Awaitility.await().untilAsserted(() -> {
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
        report("before", drive(ids));

        signal("STOP");
        try (NodeJmx jmx = nodes.jmx("n1")) {
            List<Long> frozen = new ArrayList<>();
            long start = System.nanoTime();
            do { // the removal of the silent member is part of it
                frozen.addAll(drive(ids));
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(3));
            } while (jmx.affinity().getNodes().stream()
                    .noneMatch(node ->
                            node.startsWith(STALLED) && (node.contains("SUSPECT") || node.contains("NOT_IN_GRID"))));
            frozen.addAll(drive(ids));
            assertThat(report("frozen", frozen)).isLessThan(MEDIAN_LIMIT);
        } finally {
            signal("CONT");
        }
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(look("n1", ofTheStalled).status()).isEqualTo(200));
        report("after", drive(ids));
    }

    /** Asks for each session and a new one through both nodes, five times; the latencies in ns. */
    private List<Long> drive(List<SessionId> ids) {
        List<SessionId> sessions = new ArrayList<>(ids);
        sessions.add(begin("n1"));
        List<Long> latencies = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            for (SessionId id : sessions) {
                for (String entry : LIVE) {
                    ShopAnswer answer = look(entry, id);
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.node()).isEqualTo(id.route());
                    assertThat(answer.state().session()).isTrue();
                    latencies.add(answer.took().toNanos());
                }
            }
        }
        return latencies;
    }

    /** The median. */
    private static Duration report(String phase, List<Long> latencies) {
        long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
        System.out.printf(
                "%s: %d requests, median %.2f ms, p99 %.2f ms, slowest %.2f ms%n",
                phase,
                sorted.length,
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length * 99 / 100] / 1e6,
                sorted[sorted.length - 1] / 1e6);
        return Duration.ofNanos(sorted[sorted.length / 2]);
    }

    private SessionId begin(String node) {
        ShopAnswer answer = client.post(nodes.shop(node), "cart", null, "product=sencha&quantity=1");
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
