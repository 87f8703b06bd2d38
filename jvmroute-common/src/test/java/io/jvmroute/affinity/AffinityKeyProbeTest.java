package io.jvmroute.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AffinityKeyProbeTest {
    private static final String LONGEST = "a".repeat(RoutedSessionId.MAX_LENGTH);

    @ParameterizedTest
    @ValueSource(strings = {"", "A1", "A1.n1", ".n1", "A1.ä", "ä.n1", "\ud83d\ude00"})
    void ofSession_equalsTheKey(String id) {
        assertProbeIsKey(id);
    }

    @Test
    void ofSession_aroundTheLengthOfTheBuffer_equalsTheKey() {
        assertProbeIsKey(LONGEST);
        assertProbeIsKey(LONGEST + ".n1");
        assertProbeIsKey(LONGEST + "a");
        assertProbeIsKey(LONGEST + "a.n1");
    }

    private static void assertProbeIsKey(String id) {
        AffinityKey key = AffinityKey.ofSession(id);
        try (AffinityKeyProbe probe = AffinityKeyProbe.ofSession(id)) {
            assertThat(probe.key()).isEqualTo(key);
            assertThat(probe).isEqualTo(key).hasSameHashCodeAs(key);
            assertThat(probe).isNotEqualTo(new AffinityKey(key.high(), key.low() + 1));
            assertThat(probe).isNotEqualTo(new AffinityKey(key.high() + 1, key.low()));
            assertThat(probe).isNotEqualTo(id);
        }
    }

    @Test
    void ofSession_twoAtOnce_areTwo() {
        try (AffinityKeyProbe one = AffinityKeyProbe.ofSession("A1");
                AffinityKeyProbe other = AffinityKeyProbe.ofSession("B2")) {
            assertThat(one.key()).isEqualTo(AffinityKey.ofSession("A1"));
            assertThat(other).isNotSameAs(one).isNotEqualTo(one);
        }
    }

    @Test
    void close_givesItBackToTheNext() {
        AffinityKeyProbe first = AffinityKeyProbe.ofSession("A1");
        first.close();
        try (AffinityKeyProbe second = AffinityKeyProbe.ofSession("B2")) {
            assertThat(second).isSameAs(first);
            assertThat(second.key()).isEqualTo(AffinityKey.ofSession("B2"));
        }
    }

    @Test
    void ofSession_manyThreads_neverShareOne() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(64);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int thread = 0; thread < 64; thread++) {
                String id = "session" + thread;
                AffinityKey key = AffinityKey.ofSession(id);
                runs.add(threads.submit(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        assertThat(AffinityKey.ofSession(id + ".n1").equals(key))
                                .isTrue();
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
