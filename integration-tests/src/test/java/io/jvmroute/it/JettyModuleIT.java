package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.Hazelcast;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The module archive unpacked into a base of a real jetty-home. */
final class JettyModuleIT {
    private static final String HAZELCAST = "/probe?class=com.hazelcast.core.Hazelcast";
    private static final String TROUBLE = "(?s).*(WARN|ERROR|SEVERE|Exception).*";

    private static JettyBase base(String name) throws Exception {
        return JettyNode.named(name).withJvmroute().option("hazelcastPort", "0");
    }

    @Test
    void application_seesNothingOfUs_andMayBringItsOwn() throws Exception {
        Path hazelcast = Path.of(Hazelcast.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (JettyNode node = base("jetty-hidden")
                .route("n1")
                .option("statusPath", "/jvmroute")
                .application("plain", ProbeServlet.class)
                .application("own", List.of(hazelcast), ProbeServlet.class)
                .node()
                .start()) {
            for (String hidden : List.of(
                    "class=com.hazelcast.core.Hazelcast",
                    "class=io.prometheus.metrics.model.snapshots.Labels",
                    "class=io.jvmroute.JvmRoute",
                    "class=io.jvmroute.jetty.AffinityHandler",
                    "resource=com/hazelcast/core/Hazelcast.class",
                    "resource=META-INF/services/javax.cache.spi.CachingProvider")) {
                assertThat(node.get("/plain/probe?" + hidden).body()).as(hidden).isEqualTo("hidden");
            }
            assertThat(node.get("/own" + HAZELCAST).body()).isEqualTo("visible");
            assertThat(node.get("/jvmroute/metrics").body())
                    .containsPattern("jvmroute_requests_total\\{verdict=\"N\"} [1-9]");
            assertThat(node.get("/jvmroute/").body()).contains("page.js");
        }
    }

    @Test
    void hazelcastConfig_isReadByTheHiddenHazelcast() throws Exception {
        JettyBase base = JettyNode.named("jetty-file").withJvmroute().route("n1");
        base.option("hazelcastConfig", HazelcastFile.xml(base.folder()).toString());
        try (JettyNode node = base.node().start()) {
            await().untilAsserted(() -> assertThat(node.log()).contains(HazelcastFile.JOINED));
        }
    }

    @Test
    void connectorOfItsOwn_takesThePlaceOfJettys() throws Exception {
        try (JettyNode node = base("jetty-connector")
                .route("n1")
                .connector("jvmroute-http")
                .modules("http2c")
                .application("plain", ProbeServlet.class)
                .node()
                .start()) {
            assertThat(node.get("/plain/probe?class=java.lang.String").body()).isEqualTo("visible");
            assertThat(node.log())
                    .contains("Started ijj.AffinityConnector@", "(http/1.1, h2c)")
                    .doesNotContain("oejs.ServerConnector@")
                    .doesNotMatch(TROUBLE);
        }
    }

    @Test
    void iniTemplate_isWritten_andChangesNothing() throws Exception {
        JettyBase base = base("jetty-ini").route("n1");
        try (JettyNode node = base.node().start()) {
            assertThat(node.log()).doesNotMatch(TROUBLE);
        }
        assertThat(Files.readAllLines(base.folder().resolve("start.d/jvmroute.ini")))
                .contains("# jvmroute.members=10.0.0.11,10.0.0.12")
                .filteredOn(line -> line.startsWith("jvmroute."))
                .isEmpty();
    }

    /** Jetty is told to stop, not to exit: the process ends by itself only if no thread is left. (With Jetty's newer ShutdownService its own would.) */
    @Test
    void stop_leavesNoThread() throws Exception {
        int port = new FreePorts().take();
        try (JettyNode node = base("jetty-stop")
                .route("n1")
                .application("plain", ProbeServlet.class)
                .property("STOP.PORT", String.valueOf(port))
                .property("STOP.KEY", "k")
                .property("STOP.EXIT", "false")
                .node()
                .start()) {
            try (Socket monitor = new Socket(InetAddress.getLoopbackAddress(), port);
                    OutputStream out = monitor.getOutputStream()) {
                out.write("k\r\nstop\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(node.awaitEnd()).as(node.log()).isZero();
            assertThat(node.log().lines().filter(line -> !line.contains("ShutdownMonitor is deprecated")))
                    .anyMatch(line -> line.contains(": Stopped oejs.Server@"))
                    .noneMatch(line -> line.matches(TROUBLE));
        }
    }

    @Test
    void options_wrong_stopTheStartWithAllFaults() throws Exception {
        assertThat(failure(base("jetty-wrong")
                        .route("n1")
                        .option("connectTimeout", "-1s")
                        .option("bindAddress", "0.0.0.0")))
                .contains("connectTimeout: -1s (expected: a time > 0")
                .contains("bindAddress: 0.0.0.0 (expected: the address of one interface");
    }

    @ParameterizedTest
    @CsvSource({
        "n1, n2, 'route: n2 (expected: the container''s n1, or only one of the two)'",
        ", , 'route: missing (expected: 1 to 64 characters'",
        "$n, , 'workerName: $n (expected: a fixed name'",
        "n.1, , 'contain'"
    })
    void names_thatDoNotAgree_stopTheStart(String workerName, String route, String message) throws Exception {
        JettyBase base = base("jetty-names");
        if (workerName != null) {
            base.route(workerName);
        }
        if (route != null) {
            base.option("route", route);
        }
        assertThat(failure(base)).contains(message);
    }

    @Test
    void route_alone_namesTheWorker() throws Exception {
        try (JettyNode node = base("jetty-route").option("route", "n7").node().start()) {
            assertThat(node.log()).contains("workerName=n7");
        }
    }

    private static String failure(JettyBase base) throws Exception {
        try (JettyNode node = base.node()) {
            node.launch();
            assertThat(node.awaitEnd()).isNotZero();
            assertThat(node.log()).doesNotContain("Server:main: Started");
            return node.log();
        }
    }
}
