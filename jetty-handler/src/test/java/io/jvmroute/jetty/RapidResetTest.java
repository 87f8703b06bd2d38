package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RapidResets;
import io.jvmroute.testing.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Streams that are reset as soon as they are opened (CVE-2023-44487), each of which begins a forward to a node that does not answer. */
final class RapidResetTest {
    private static final int STREAMS = 10_000;
    private static final Duration POLL = Duration.ofMillis(2);

    /** Streams of one connection; fewer resets than Jetty bears from one in a second. */
    private static final int BATCH = 100;

    /** Streams that Jetty lets one connection have. */
    private static final int FORWARDS_AT_ONCE = 128;

    /** Few enough for Jetty to refuse them one by one, and not to end the connection. */
    private static final int TOO_MANY = 10;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger carrying = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();

    @Test
    void streams_resetAtOnce_leaveNothing_andAreNeverMany() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (ServerSocket silent = new ServerSocket(0, 512, InetAddress.getLoopbackAddress())) {
            threads.execute(() -> accept(silent, threads));
            List<Integer> ports = EmbeddedNode.freePorts(1);
            Map<String, String> options =
                    Map.of("mode", "frontend", "backends", "n1=http://127.0.0.1:" + silent.getLocalPort());
            try (EmbeddedNode frontend =
                    new EmbeddedNode("test-" + UUID.randomUUID(), null, ports.get(0), ports, options)) {
                frontend.start();
                RapidResets.send(frontend.port(), "/reset", "JSESSIONID=a.n1", STREAMS); // mostly none is forwarded
                for (int sent = 0; sent < STREAMS; sent += BATCH) {
                    await().pollInterval(POLL).until(() -> open.get() == 0);
                    int reached = accepted.get() + BATCH;
                    RapidResets.sendAndReset(
                            frontend.port(),
                            "/reset",
                            "JSESSIONID=a.n1",
                            BATCH,
                            () -> await().pollInterval(POLL).until(() -> accepted.get() >= reached));
                }
                System.out.printf(
                        "%d streams reset, %d reached the node, at most %d at once%n",
                        2 * STREAMS, accepted.get(), most.get());

                await().until(() -> frontend.jmx("ForwardsInFlight").equals(0));
                await().until(() -> frontend.jmx("BackendConnections").equals(0));
                assertThat(accepted.get()).isGreaterThanOrEqualTo(STREAMS);
                assertThat(most.get()).isLessThanOrEqualTo(FORWARDS_AT_ONCE);
                assertThat((String[]) frontend.jmx("Nodes")).noneMatch(node -> node.contains("SUSPECT"));
                String response = RawClient.send(
                        frontend.port(), "GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nBad Name: 1\r\n\r\n");
                assertThat(response).startsWith("HTTP/1.1 400");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void streams_manyOfOneConnection_areForwardedUpToTheLimitOfJetty() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (ServerSocket silent = new ServerSocket(0, 512, InetAddress.getLoopbackAddress())) {
            threads.execute(() -> accept(silent, threads));
            List<Integer> ports = EmbeddedNode.freePorts(1);
            Map<String, String> options =
                    Map.of("mode", "frontend", "backends", "n1=http://127.0.0.1:" + silent.getLocalPort());
            try (EmbeddedNode frontend =
                    new EmbeddedNode("test-" + UUID.randomUUID(), null, ports.get(0), ports, options)) {
                frontend.start();

                RapidResets.open(frontend.port(), "/many", "JSESSIONID=a.n1", FORWARDS_AT_ONCE + TOO_MANY, refused -> {
                    assertThat(refused).isEqualTo(TOO_MANY);
                    await().until(() -> accepted.get() >= FORWARDS_AT_ONCE);
                });

                assertThat(accepted.get()).isEqualTo(FORWARDS_AT_ONCE);
                await().until(() -> frontend.jmx("ForwardsInFlight").equals(0));
                await().until(() -> open.get() == 0);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void accept(ServerSocket silent, ExecutorService threads) {
        try {
            while (true) {
                Socket socket = silent.accept();
                open.incrementAndGet();
                threads.execute(() -> readOn(socket));
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    private void readOn(Socket socket) {
        boolean carries = false;
        try (socket) {
            carries = socket.getInputStream().read() >= 0; // else somebody looked whether this backend is there
            if (carries) {
                accepted.incrementAndGet();
                most.accumulateAndGet(carrying.incrementAndGet(), Math::max);
                socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            }
        } catch (IOException reset) {
            // as good as the end
        } finally {
            if (carries) {
                carrying.decrementAndGet();
            }
            open.decrementAndGet();
        }
    }
}
