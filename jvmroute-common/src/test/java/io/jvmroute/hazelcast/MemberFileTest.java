package io.jvmroute.hazelcast;

import static io.jvmroute.hazelcast.TestCluster.node;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import io.jvmroute.AffinityConfig;
import io.jvmroute.ConfigurationException;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.GridUnavailableException;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.Pin;
import io.jvmroute.hazelcast.TestCluster.Joined;
import io.jvmroute.testing.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The user's own configuration of the member. */
final class MemberFileTest {
    /** Members find each other at {@code %s}. */
    private static final String YAML = """
            hazelcast:
              cluster-name: %s
              map:
                the-users-own:
                  time-to-live-seconds: 60
              properties:
                hazelcast.operation.call.timeout.millis: 61000
                hazelcast.local.localAddress: 127.0.0.1
              advanced-network:
                enabled: true
                join:
                  auto-detection:
                    enabled: false
                  tcp-ip:
                    enabled: true
                    member-list:
                      - %s
                member-server-socket-endpoint-config:
                  port:
                    port: 0
            """;

    private static final String XML = """
            <hazelcast xmlns="http://www.hazelcast.com/schema/config">
              <cluster-name>%s</cluster-name>
              <properties><property name="hazelcast.local.localAddress">127.0.0.1</property></properties>
              <network>
                <port auto-increment="true" port-count="10000">20000</port>
                <join><auto-detection enabled="false"/><tcp-ip enabled="true"><member>%s</member></tcp-ip></join>
              </network>
            </hazelcast>
            """;

    private final TestCluster cluster = new TestCluster();

    @TempDir
    private Path folder;

    @AfterEach
    void leave() {
        cluster.close();
    }

    private MemberFile file(String name, String text) throws IOException {
        return new MemberFile(Files.writeString(folder.resolve(name), text), /* bindAddress= */ null);
    }

    @Test
    void member_ofAFile_meetsOneOfOurs() throws Exception {
        Joined ours = cluster.join();
        String name = cluster.settings().clusterName();
        MemberFile yaml = file("hazelcast.yaml", YAML.formatted(name, ours.address()));
        assertThat(yaml.faults(/* lite= */ false)).isEmpty();
        assertThat(yaml.clusterName()).isEqualTo(name);
        Joined its = cluster.join(settings -> settings.withFile(yaml));
        HazelcastInstance member = its.grid().joined().member();

        ours.grid()
                .publish(node("n1", NodeState.READY))
                .toCompletableFuture()
                .get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        await().untilAsserted(() -> assertThat(its.heard().nodes).containsExactly(node("n1", NodeState.READY)));
        AffinityKey key = AffinityKey.ofSession("s");
        its.grid()
                .own(key, new Pin("n1", 2), Duration.ofMinutes(1))
                .toCompletableFuture()
                .get(TestCluster.PATIENCE.toSeconds(), SECONDS);
        await().until(() -> ours.heard().moved.containsKey(key));
        assertThat(its.grid().hopKeys()).isEqualTo(ours.grid().hopKeys());

        // the user's, then ours where the user says nothing
        assertThat(member.getConfig().findMapConfig("the-users-own").getTimeToLiveSeconds())
                .isEqualTo(60);
        assertThat(member.getConfig().getProperty("hazelcast.operation.call.timeout.millis"))
                .isEqualTo("61000");
        assertThat(member.getConfig().getProperty("hazelcast.max.no.heartbeat.seconds"))
                .isEqualTo("6");
        assertThat(member.getConfig().getProperty("hazelcast.socket.bind.any")).isEqualTo("false");
        assertThat(member.getConfig().getProperty("hazelcast.discovery.enabled"))
                .isNull();
        // a stranger's objects stay unread
        member.getMap("anything").set("data", "text");
        var filter = member.getConfig().getSerializationConfig().getJavaSerializationFilterConfig();
        assertThat(filter.isDefaultsDisabled()).isTrue();

        its.grid().close();
        assertThat(member.getLifecycleService().isRunning())
                .as("it is ours to end")
                .isFalse();
    }

    @Test
    void member_ofXml_warnsOfItsClientPort() throws Exception {
        Joined ours = cluster.join();
        MemberFile xml = file("hazelcast.xml", XML.formatted(cluster.settings().clusterName(), ours.address()));
        assertThat(xml.faults(/* lite= */ false)).isEmpty();
        try (LogLines log = new LogLines(MemberStart.class)) {
            Joined its = cluster.join(settings -> settings.withFile(xml).withLite(true));
            assertThat(its.grid().joined().member().getCluster().getMembers()).hasSize(2);
            assertThat(its.grid()
                            .joined()
                            .member()
                            .getCluster()
                            .getLocalMember()
                            .isLiteMember())
                    .isTrue();
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("serves Hazelcast clients as well")
                    .contains("hazelcast.xml");
        }
    }

    @Test
    void member_thatDoesNotStart_saysWhichFile() throws Exception {
        MemberFile gone = new MemberFile(folder.resolve("gone.yaml"), null);
        assertThatThrownBy(() -> cluster.join(settings -> settings.withFile(gone)))
                .isInstanceOf(GridUnavailableException.class)
                .hasMessageContaining("hazelcastConfig: the member of " + gone.path() + " did not start");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lite-member: {enabled: true} | lite-member (expected: none",
                "map: {jvmroute.pins: {time-to-live-seconds: 5}} | map jvmroute.pins with merge policy",
                "map: {jvmroute.nodes: {backup-count: 0}} | map jvmroute.nodes that forgets",
                "serialization: {java-serialization-filter: {defaults-disabled: true}} | java-serialization-filter (expected: none",
                "properties: {hazelcast.shutdownhook.enabled: true} | hazelcast.shutdownhook.enabled: true (expected: false)",
                "properties: {hazelcast.socket.bind.any: true} | hazelcast.socket.bind.any: true (expected: false)",
                "properties: {hazelcast.local.localAddress: 10.0.0.1} | hazelcast.local.localAddress: 10.0.0.1 (expected: 127.0.0.1)",
                "network: {prot: 5701} | (expected: Hazelcast's configuration in .yaml, .yml or .xml: ",
                "'map: [' | (expected: Hazelcast's configuration in .yaml, .yml or .xml: "
            })
    void faults_whatContradicts(String line, String fault) throws Exception {
        Path path = Files.writeString(folder.resolve("h.yaml"), "hazelcast:\n  " + line + "\n");
        assertThat(new MemberFile(path, "127.0.0.1").faults(/* lite= */ false))
                .anyMatch(found -> found.contains(fault));
        assertThatThrownBy(() -> AffinityConfig.builder()
                        .route("n1")
                        .set("bindAddress", "127.0.0.1")
                        .set("hazelcastConfig", path.toString())
                        .build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("hazelcastConfig: ")
                .hasMessageContaining(fault);
    }

    @Test
    void faults_noFile_orNoneOfHazelcasts() throws Exception {
        assertThat(new MemberFile(folder.resolve("gone.yaml"), null).faults(false))
                .containsExactly(folder.resolve("gone.yaml") + " (expected: a file that can be read)");
        assertThat(new MemberFile(folder, null).faults(false)).hasSize(1);
        assertThat(file("hazelcast.txt", "hazelcast:\n").faults(false))
                .singleElement()
                .asString()
                .contains("(expected: Hazelcast's configuration in .yaml, .yml or .xml: ");
    }

    @Test
    void options_besideTheFile() throws Exception {
        MemberFile named = file("named.yaml", YAML.formatted("shop", "127.0.0.1:1"));
        MemberFile unnamed = file("unnamed.yaml", YAML.formatted("dev", "127.0.0.1:1"));
        assertThat(clusterName(named)).isEqualTo("shop");
        assertThat(clusterName(unnamed)).isEqualTo("jvmroute");
        assertThat(clusterName(named, "clusterName", "shop")).isEqualTo("shop");
        assertThat(clusterName(unnamed, "clusterName", "mine")).isEqualTo("mine");
        assertThatThrownBy(() -> clusterName(named, "clusterName", "mine"))
                .hasMessageContaining(
                        "clusterName: mine (expected: the shop of hazelcastConfig, or only one of the two)");
        for (List<String> option : List.of(List.of("members", "127.0.0.1"), List.of("hazelcastPort", "5701"))) {
            assertThatThrownBy(() -> clusterName(named, option.get(0), option.get(1)))
                    .hasMessageContaining(option.get(0) + ": given (expected: none beside hazelcastConfig");
        }
    }

    private static String clusterName(MemberFile file, String... option) {
        var builder = AffinityConfig.builder()
                .route("n1")
                .set("hazelcastConfig", file.path().toString());
        if (option.length > 0) {
            builder.set(option[0], option[1]);
        }
        return builder.build().clusterName();
    }
}
