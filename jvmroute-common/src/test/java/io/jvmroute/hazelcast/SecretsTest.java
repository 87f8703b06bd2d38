package io.jvmroute.hazelcast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.jvmroute.AffinityConfig;
import io.jvmroute.AffinityConfigBuilder;
import io.jvmroute.JvmRoute;
import io.jvmroute.cluster.HopKey;
import io.jvmroute.testing.Disclosures;
import io.jvmroute.testing.TestNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a node shows of itself, down to the finest line of its log, holds none of its secrets. */
final class SecretsTest {
    private static final String NEW = "a-secret-that-nobody-may-see";
    private static final String OLD = "another-one-that-was-in-use-before";
    private static final String PASSWORD = "the-password-of-the-trust-store";

    /** The secrets, and the keys made of them in any form that something might print. */
    private static String[] needles(List<HopKey> keys, String... secrets) {
        List<String> needles = new ArrayList<>(List.of(secrets));
        for (HopKey key : keys) {
            byte[] bytes = key.secret();
            needles.add(HexFormat.of().formatHex(bytes));
            needles.add(HexFormat.of().withUpperCase().formatHex(bytes));
            needles.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
            needles.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
            needles.add(Arrays.toString(bytes));
            needles.add(new String(bytes, UTF_8));
        }
        return needles.toArray(String[]::new);
    }

    private static AffinityConfigBuilder options(String cluster, String route, List<Integer> ports) {
        return AffinityConfig.builder()
                .route(route)
                .clusterName(cluster)
                .hazelcastPort(ports.get(route.equals("n1") ? 0 : 1))
                .members("127.0.0.1:" + ports.get(0), "127.0.0.1:" + ports.get(1));
    }

    @Test
    void secret_shownNowhere() throws Exception {
        String cluster = "test-" + UUID.randomUUID();
        List<Integer> ports = TestNode.freePorts(2);
        try (Disclosures shown = new Disclosures()) {
            AffinityConfigBuilder builder = options(cluster, "n1", ports).set("secret", NEW + "," + OLD);
            shown.add(builder);
            shown.add(builder.build());
            shown.add(GridSettings.of(cluster, "127.0.0.1", 0, List.of()).withSecret(NEW + "," + OLD));
            try (JvmRoute node = new JvmRoute(builder.build(), 10);
                    JvmRoute stranger =
                            new JvmRoute(options(cluster, "n2", ports).build(), 10)) {
                for (JvmRoute each : List.of(node, stranger)) { // one is refused, in words
                    each.start();
                    each.awaitJoined(Duration.ofMinutes(3));
                    each.ready(URI.create("http://127.0.0.1:1"));
                    shown.add(each.explain("abc.n1"));
                    shown.add(each.view().nodes());
                }
                await().until(() -> stranger.view().find("n1") != null);
                shown.assertNothingOf(needles(HopKeys.derive(NEW + "," + OLD), NEW, OLD));
            }
            shown.assertNothingOf(needles(HopKeys.derive(NEW + "," + OLD), NEW, OLD));
        }
    }

    /** Nor the random key in the grid, where no secret is configured. */
    @Test
    void keyOfTheGrid_shownNowhere() throws Exception {
        try (Disclosures shown = new Disclosures();
                TestCluster cluster = new TestCluster()) {
            HazelcastGrid one = cluster.join().grid();
            HazelcastGrid other = cluster.join().grid();
            shown.add(one.hopKeys());
            shown.add(new KeyRing(one.hopKeys()));
            shown.add(new AddKeys(new KeyRing(other.hopKeys())));
            shown.assertNothingOf(needles(one.hopKeys()));
        }
    }

    @Test
    void faults_tellNoSecret() throws Exception {
        AffinityConfigBuilder builder = AffinityConfig.builder()
                .route("n1")
                .set("secret", "short-secret-1,short-2,third-" + NEW)
                .set("trustStore", "/no/such/file")
                .set("trustStorePassword", PASSWORD)
                .set("secrett", NEW);
        try (Disclosures shown = new Disclosures()) {
            shown.add(builder);
            assertThatThrownBy(builder::build).satisfies(shown::add);
            shown.assertNothingOf("short-secret-1", "short-2", NEW, PASSWORD);
        }
    }
}
