package io.jvmroute.examples.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PortsTest {

    @Test
    void take_preferredIfFree() {
        Ports ports = new Ports(port -> true);

        assertThat(ports.take(8081)).isEqualTo(8081);
        assertThat(ports.take(8081)).isEqualTo(8082);
    }

    @Test
    void take_nextIfTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ports ports = new Ports(port -> port != 8081 && port != taken.getLocalPort());

            assertThat(ports.take(8081)).isEqualTo(8082);
        }
    }

    @Test
    void plan_everyPortOnce() {
        ClusterPlan plan =
                ClusterPlan.of(ClusterPlan.Cast.TOMCATS, true, new Ports(port -> port % 2 == 0), Path.of("run"));

        assertThat(plan.all().stream().flatMap(node -> Stream.of(node.httpPort(), node.hazelcastPort())))
                .doesNotHaveDuplicates()
                .allMatch(port -> port % 2 == 0)
                .hasSize(10);
        assertThat(plan.nodes().get(0).shop()).hasToString("http://127.0.0.1:8082/shop/");
    }

    @Test
    void claim_keepsOtherProcessesAway(@TempDir Path folder) throws Exception {
        assertThat(new PortClaims(folder).claim(8081)).isTrue();

        assertThat(claimElsewhere(folder, 8081)).isEqualTo("false");
        assertThat(claimElsewhere(folder, 8082)).isEqualTo("true");
    }

    private static String claimElsewhere(Path folder, int port) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Claim.class.getName(),
                        folder.toString(),
                        String.valueOf(port))
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** Another runner. */
    static final class Claim {
        public static void main(String... arguments) {
            System.out.println(new PortClaims(Path.of(arguments[0])).claim(Integer.parseInt(arguments[1])));
        }
    }
}
