package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RawPeer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upgrades through a frontend to a backend that is a bare socket, seen byte for byte from both ends. */
class UpgradeTest {
    private static final String REQUEST =
            "GET /raw HTTP/1.1\r\nHost: app\r\nConnection: Upgrade\r\nUpgrade: h2c, raw\r\n\r\n";
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\nX-Own: 1\r\n\r\n";

    /** More than all buffers between the two ends hold together. */
    private static final int MUCH = 64 * 1024 * 1024;

    private ServerSocket listener;
    private EmbeddedNode frontend;

    @BeforeEach
    void start() throws Exception {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listener.setSoTimeout((int) EmbeddedNode.PATIENCE.toMillis());
        int hazelcast = EmbeddedNode.freePorts(1).get(0);
        Map<String, String> options =
                Map.of("mode", "frontend", "backends", "b1=http://127.0.0.1:" + listener.getLocalPort());
        frontend = new EmbeddedNode("test-" + UUID.randomUUID(), null, hazelcast, List.of(hazelcast), options).start();
    }

    @AfterEach
    void stop() throws Exception {
        await().until(() -> frontend.jmx("ForwardsInFlight").equals(0));
        frontend.close();
        listener.close();
    }

    private RawPeer client() throws IOException {
        return new RawPeer(new Socket(InetAddress.getLoopbackAddress(), frontend.port()));
    }

    private RawPeer backend() throws IOException {
        return new RawPeer(listener.accept());
    }

    private void awaitTunnels(int count) {
        await().until(() -> frontend.jmx("OpenTunnels").equals(count));
    }

    @Test
    void earlyBytes_ofBothSides_areCarriedInOrder() throws Exception {
        try (RawPeer client = client()) {
            client.write(REQUEST + "early client, ");
            try (RawPeer backend = backend()) {
                assertThat(backend.readHead())
                        .startsWith("GET /raw HTTP/1.1\r\n")
                        .contains("\r\nConnection: Upgrade\r\n", "\r\nUpgrade: raw\r\n")
                        .doesNotContain("h2c");
                client.write("later client");
                backend.write(SWITCH + "early backend, ");
                assertThat(client.readHead())
                        .startsWith("HTTP/1.1 101 ")
                        .containsOnlyOnce("Upgrade: raw")
                        .containsOnlyOnce("Connection: ")
                        .contains("X-Own: 1");
                backend.write("later backend");
                assertThat(client.read(28)).isEqualTo("early backend, later backend");
                assertThat(backend.read(26)).isEqualTo("early client, later client");
                awaitTunnels(1);
            }
            assertThat(client.in.read()).isEqualTo(-1);
            awaitTunnels(0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 403, 426})
    void refused_answerIsPassedOnWithItsBody(int status) throws Exception {
        try (RawPeer client = client()) {
            client.write(REQUEST);
            try (RawPeer backend = backend()) {
                for (int i = 0; i < 2; i++) {
                    backend.readHead();
                    backend.write("HTTP/1.1 " + status + " x\r\nUpgrade: raw\r\nContent-Length: 2\r\n\r\nno");
                    assertThat(client.readHead())
                            .startsWith("HTTP/1.1 " + status + " ")
                            .doesNotContain("Upgrade:");
                    assertThat(client.read(2)).isEqualTo("no");
                    if (i == 0) {
                        client.write(REQUEST); // both connections go on as HTTP
                    }
                }
            }
            assertThat(frontend.jmx("OpenTunnels")).isEqualTo(0);
        }
    }

    @Test
    void switched_toAnotherProtocol_badGateway() throws Exception {
        try (RawPeer client = client()) {
            client.write(REQUEST);
            try (RawPeer backend = backend()) {
                backend.readHead();
                backend.write("HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n");
                assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
                assertThat(backend.in.read()).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: raw\r\nContent-Length: 0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: raw\r\nContent-Length: 1\r\n\r\nx",
                "GET / HTTP/1.0\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n"
            })
    void upgrade_thatCantGoOn_isNotAskedFor(String request) throws Exception {
        try (RawPeer client = client()) {
            client.write(request);
            try (RawPeer backend = backend()) {
                assertThat(backend.readHead()).doesNotContain("Upgrade", "HTTP2-Settings");
                backend.write(SWITCH);
                assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
            }
        }
    }

    @Test
    void client_endsItsSide_backendMayGoOn() throws Exception {
        try (RawPeer client = client()) {
            client.write(REQUEST);
            try (RawPeer backend = backend()) {
                backend.readHead();
                backend.write(SWITCH);
                client.readHead();
                client.write("last");
                client.socket.shutdownOutput();
                assertThat(backend.in.readAllBytes()).hasSize(4);
                backend.write("answer");
            }
            assertThat(client.in.readAllBytes()).hasSize(6);
        }
        awaitTunnels(0);
    }

    @Test
    void client_resets_backendIsClosed() throws Exception {
        RawPeer client = client();
        client.write(REQUEST);
        try (RawPeer backend = backend()) {
            backend.readHead();
            backend.write(SWITCH);
            client.readHead();
            client.socket.setSoLinger(true, 0);
            client.close();
            assertThat(backend.in.read()).isEqualTo(-1);
        }
        awaitTunnels(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reader_slow_writerWaits(boolean clientReads) throws Exception {
        try (RawPeer client = client()) {
            client.write(REQUEST);
            try (RawPeer backend = backend()) {
                backend.readHead();
                backend.write(SWITCH);
                client.readHead();
                RawPeer reader = clientReads ? client : backend;
                AtomicLong written = new AtomicLong();
                CompletableFuture<Void> writer = CompletableFuture.runAsync(
                        () -> writeMuch((clientReads ? backend : client).out, written),
                        task -> new Thread(task).start());
                awaitStandstill(written);
                assertThat(written.get()).as("held between the two").isLessThan(MUCH / 2);

                Random expected = new Random(5);
                byte[] part = new byte[64 * 1024];
                for (int i = 0; i < MUCH; i += part.length) {
                    expected.nextBytes(part);
                    assertThat(reader.in.readNBytes(part.length)).isEqualTo(part);
                }
                writer.get(3, TimeUnit.MINUTES);
            }
        }
    }

    private static void writeMuch(OutputStream out, AtomicLong written) {
        Random random = new Random(5);
        byte[] part = new byte[64 * 1024];
        try {
            while (written.get() < MUCH) {
                random.nextBytes(part);
                out.write(part);
                written.addAndGet(part.length);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Until it has grown, and then has not for a second. */
    private static void awaitStandstill(AtomicLong written) {
        AtomicLong last = new AtomicLong(-1);
        await().pollInterval(1, TimeUnit.SECONDS).until(() -> {
            long now = written.get();
            return now > 0 && now == last.getAndSet(now);
        });
    }
}
