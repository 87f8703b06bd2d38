package io.jvmroute;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NeighboursTest {
    @Test
    void listening_thisNodeAside() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        ServerSocket gone = new ServerSocket(0, 1, loopback);
        gone.close();
        try (ServerSocket self = new ServerSocket(0, 1, loopback);
                ServerSocket other = new ServerSocket(0, 1, loopback)) {
            String neighbour = "127.0.0.1:" + other.getLocalPort();
            AffinityConfig config = AffinityConfig.builder()
                    .set("route", "n1")
                    .hazelcastPort(self.getLocalPort())
                    .members(
                            "127.0.0.1",
                            "127.0.0.1:" + self.getLocalPort(),
                            neighbour,
                            "127.0.0.1:" + gone.getLocalPort())
                    .build();
            assertThat(new Neighbours(config).listening(Duration.ofSeconds(10))).containsExactly(neighbour);
        }
    }
}
