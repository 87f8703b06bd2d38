package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The one JAR dropped into the {@code lib} of a real Tomcat. */
final class SelfContainedJarIT {
    private static final String VALVE =
            "<Valve className=\"io.jvmroute.tomcat.AffinityValve\" hazelcastPort=\"0\" %s/>";

    static List<TomcatRuntime> runtimes() {
        return TomcatRuntime.all();
    }

    private static TomcatBase base(TomcatRuntime runtime, String name, String attributes) throws IOException {
        return TomcatNode.named(runtime, name)
                .lib(TomcatRuntime.jar())
                .engine(VALVE.formatted(attributes))
                .application("probe", ProbeServlet.class);
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void application_seesNothingOfUs(TomcatRuntime runtime) throws Exception {
        try (TomcatNode node =
                base(runtime, "hidden", "statusPath=\"/jvmroute\"").node().start()) {
            for (String hidden : List.of(
                    "com.hazelcast.core.Hazelcast",
                    "io.prometheus.metrics.model.snapshots.Labels",
                    "io.jvmroute.JvmRoute",
                    "io.jvmroute.tomcat.corridor.AffinityCorridor")) {
                assertThat(node.get("/probe/probe?class=" + hidden).body())
                        .as(hidden)
                        .isEqualTo("hidden");
            }
            assertThat(node.get("/probe/probe?class=io.jvmroute.tomcat.AffinityValve")
                            .body())
                    .isEqualTo("visible");
            assertThat(node.get("/jvmroute/metrics").body())
                    .containsPattern("jvmroute_requests_total\\{verdict=\"N\"} [1-9]");
            assertThat(node.get("/jvmroute/").body()).contains("page.js");
        }
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void stop_leavesNothing(TomcatRuntime runtime) throws Exception {
        TomcatBase base = base(runtime, "stop", "");
        try (TomcatNode node = base.node().start()) {
            assertThat(node.get("/probe/probe?class=java.lang.String").body()).isEqualTo("visible");
            node.stop();
            assertThat(node.log())
                    .contains("Destroying ProtocolHandler")
                    .doesNotContain("memory leak", "SEVERE", "Exception", "appears to have");
        }
        assertThat(unpacked(base)).isNotEmpty().allMatch(file -> file.toString().endsWith(".jar"));
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void kill_nextStartClearsUp(TomcatRuntime runtime) throws Exception {
        TomcatBase base = base(runtime, "kill", "");
        Path earlier = Files.createDirectories(base.folder().resolve("work/jvmroute/0123456789abcdef"));
        Files.writeString(earlier.resolve("hazelcast.jar"), "");
        try (TomcatNode node = base.node().start()) {
            assertThat(earlier).doesNotExist();
            node.kill();
            Path library = unpacked(base).stream()
                    .filter(f -> f.toString().endsWith(".jar"))
                    .findAny()
                    .orElseThrow();
            Files.writeString(library, "damaged");
            node.start();
            assertThat(Files.size(library)).isGreaterThan(1000);
            assertThat(unpacked(base))
                    .filteredOn(file -> file.toString().endsWith(".lock"))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void server_restartedInOneJvm_leavesNothing(TomcatRuntime runtime) throws Exception {
        try (TomcatNode node =
                base(runtime, "restart", "").main(ServerRestart.class).node()) {
            node.launch();
            assertThat(node.awaitEnd()).as(node.log()).isZero();
            assertThat(node.log())
                    .contains("run 1 threads=[] mbeans=[] drivers=0")
                    .contains("run 2 threads=[] mbeans=[] drivers=0")
                    .contains("run 3 threads=[] mbeans=[] drivers=0")
                    .contains("earlier runs collected=true")
                    .doesNotContain("SEVERE");
        }
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void hazelcastConfig_isReadByTheHiddenHazelcast(TomcatRuntime runtime) throws Exception {
        TomcatBase base =
                TomcatNode.named(runtime, "file").lib(TomcatRuntime.jar()).application("probe", ProbeServlet.class);
        boolean first = runtime.equals(runtimes().get(0));
        Path file = first ? HazelcastFile.yaml(base.folder()) : HazelcastFile.xml(base.folder());
        base.engine("<Valve className=\"io.jvmroute.tomcat.AffinityValve\" hazelcastConfig=\"${catalina.base}/"
                + file.getFileName() + "\"/>");
        try (TomcatNode node = base.node().start()) {
            await().untilAsserted(() -> assertThat(node.log()).contains(HazelcastFile.JOINED));
        }
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void attribute_unknown_stopsStart(TomcatRuntime runtime) throws Exception {
        try (TomcatNode node = base(runtime, "unknown", "nosuchOption=\"1\"").node()) {
            node.launch();
            node.awaitEnd();
            assertThat(node.log()).contains("nosuchOption").doesNotContain("Server startup in");
        }
    }

    @Test
    void workFolder_notWritable_stopsStart() throws Exception {
        TomcatBase base = base(TomcatRuntime.all().get(0), "obstacle", "");
        Path file = Files.writeString(base.folder().resolve("work").resolve("jvmroute"), "");
        try (TomcatNode node = base.node()) {
            node.launch();
            node.awaitEnd();
            assertThat(node.log()).contains(file.toString()).contains("expected: a folder that Tomcat may write");
        }
    }

    private static List<Path> unpacked(TomcatBase base) throws IOException {
        try (Stream<Path> files = Files.walk(base.folder().resolve("work").resolve("jvmroute"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
