package io.jvmroute.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The JDK's WebSockets through a frontend that stops, to a server that is a bare socket. */
public abstract class GoAwayContract {
    private static final int IDLE = 50;

    /** One fragment of each length that is at a limit of a form, RFC 6455 §5.2; with an empty one, and one larger than all buffers. */
    private static final int[] FRAGMENTS = {0, 1, 125, 126, 65_535, 65_536, 200_000, 7};

    private static final int MESSAGE = Arrays.stream(FRAGMENTS).sum();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private RawBackend backend;
    private TestNode frontend;
    private boolean running;

    /** Starts a frontend. */
    protected abstract TestNode startFrontend(
            String cluster, int hazelcastPort, List<Integer> members, Map<String, String> options) throws Exception;

    @BeforeEach
    void start() throws Exception {
        backend = new RawBackend();
        int hazelcast = TestNode.freePorts(1).get(0);
        Map<String, String> options = Map.of(
                "mode",
                "frontend",
                "backends",
                "b1=http://127.0.0.1:" + backend.port(),
                "connectTimeout",
                "1s",
                "drainTimeout",
                "10m"); // more than a test may take
        frontend = startFrontend("test-" + UUID.randomUUID(), hazelcast, List.of(hazelcast), options);
        running = true;
    }

    @AfterEach
    void stop() throws Exception {
        stopFrontend();
        backend.close();
    }

    private void stopFrontend() {
        if (running) {
            running = false;
            frontend.close();
        }
    }

    /** Sees whether messages are whole and what they should be. */
    private static final class Listener implements WebSocket.Listener {
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        final AtomicInteger messages = new AtomicInteger();
        private int at;

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            for (; data.hasRemaining(); at++) {
                byte expected = at(messages.get(), at);
                byte found = data.get();
                if (found != expected) {
                    closed.completeExceptionally(
                            new AssertionError("at " + at + ": " + found + " (expected: " + expected + ")"));
                }
            }
            if (last) {
                if (at != MESSAGE) {
                    closed.completeExceptionally(new AssertionError("length " + at));
                }
                at = 0;
                messages.incrementAndGet();
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null; // answers
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    private static byte at(int message, int offset) {
        return (byte) (31 * message + offset);
    }

    private Listener connect() {
        Listener listener = new Listener();
        URI uri = URI.create("ws://127.0.0.1:" + frontend.port() + "/ws");
        http.newWebSocketBuilder().buildAsync(uri, listener).join();
        return listener;
    }

    // ---- the server ----

    private static void accept(RawPeer peer) throws Exception {
        String key = peer.readHead().replaceAll("(?is).*\r\nSec-WebSocket-Key: *([^\r]*)\r\n.*", "$1");
        byte[] hash = MessageDigest.getInstance("SHA-1")
                .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1));
        peer.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(hash) + "\r\n\r\n");
    }

    /** The code of the close frame that must come next, masked. */
    private static int readClose(RawPeer peer) throws IOException {
        byte[] frame = peer.read(8).getBytes(ISO_8859_1);
        assertThat(frame).startsWith(0x88, 0x82);
        return ((frame[2] ^ frame[6]) & 0xff) << 8 | ((frame[3] ^ frame[7]) & 0xff);
    }

    private static void waitForClose(RawPeer peer) throws Exception {
        accept(peer);
        assertThat(readClose(peer)).isEqualTo(1012);
    }

    private static void flood(RawPeer peer) throws Exception {
        accept(peer);
        CompletableFuture<Integer> close = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return readClose(peer);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> new Thread(task).start());
        for (int message = 0; !close.isDone(); message++) {
            peer.out.write(message(message));
        }
        assertThat(close.join()).isEqualTo(1012);
    }

    private static byte[] message(int number) {
        ByteBuffer frames = ByteBuffer.allocate(MESSAGE + 10 * FRAGMENTS.length);
        int offset = 0;
        for (int i = 0; i < FRAGMENTS.length; i++) {
            int fin = i == FRAGMENTS.length - 1 ? 0x80 : 0;
            int length = FRAGMENTS[i];
            frames.put((byte) (fin | (i == 0 ? 2 : 0)));
            if (length < 126) {
                frames.put((byte) length);
            } else if (length < 65_536) {
                frames.put((byte) 126).putShort((short) length);
            } else {
                frames.put((byte) 127).putLong(length);
            }
            for (int end = offset + length; offset < end; offset++) {
                frames.put(at(number, offset));
            }
        }
        return Arrays.copyOf(frames.array(), frames.position());
    }

    // ---- tests ----

    private static String upgradeTo(String protocol) {
        return "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: " + protocol
                + "\r\nSec-WebSocket-Key: x\r\n\r\n";
    }

    /** A network that swallows all: connections that there are look as if they were well. */
    @Test
    void server_fallsSilent_itsClientsAreTold() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        backend.follow(peer -> {
            accept(peer);
            told.await();
        });
        Listener client = connect();
        await().until(() -> frontend.jmx("OpenTunnels").equals(1));
        int port = backend.port();
        backend.close();
        String refused = RawClient.send(frontend.port(), "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(refused).startsWith("HTTP/1.1 503"); // suspect, and looked at from now on
        try (BlackHole silent = new BlackHole(port)) {
            silent.swallow();
            assertThat(client.closed.get(1, TimeUnit.MINUTES)).isEqualTo(1012);
            await().until(() -> frontend.jmx("OpenTunnels").equals(0));
        } finally {
            told.countDown();
        }
        backend.verify();
    }

    @Test
    void frontend_stops_idleClientsAreTold() throws Exception {
        backend.follow(GoAwayContract::waitForClose);
        List<Listener> clients = new ArrayList<>();
        for (int i = 0; i < IDLE; i++) {
            clients.add(connect());
        }
        await().until(() -> frontend.jmx("OpenTunnels").equals(IDLE));
        stopFrontend();
        for (Listener client : clients) {
            assertThat(client.closed.get(1, TimeUnit.MINUTES)).isEqualTo(1012);
        }
        backend.verify();
    }

    @Test
    void frontend_stops_whileTheServerFloods_noFrameIsBroken() throws Exception {
        backend.follow(GoAwayContract::flood);
        Listener client = connect();
        await().until(() -> client.messages.get() >= 10);
        stopFrontend();
        assertThat(client.closed.get(1, TimeUnit.MINUTES)).isEqualTo(1012);
        backend.verify();
    }

    @Test
    void frontend_stops_clientDoesNotAnswer_isCut() throws Exception {
        backend.follow(GoAwayContract::waitForClose);
        try (RawPeer client = RawPeer.connect(frontend.port())) {
            client.write(upgradeTo("WebSocket"));
            client.readHead();
            await().until(() -> frontend.jmx("OpenTunnels").equals(1));
            stopFrontend();
            assertThat(client.readAll()).isEqualTo("\u0088\u0002\u0003\u00f4");
        }
        backend.verify();
    }

    @Test
    void frontend_stops_otherProtocolIsCut() throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n");
            peer.awaitEnd();
        });
        try (RawPeer client = RawPeer.connect(frontend.port())) {
            client.write(upgradeTo("raw"));
            client.readHead();
            await().until(() -> frontend.jmx("OpenTunnels").equals(1));
            stopFrontend();
            assertThat(client.readAll()).isEmpty();
        }
        backend.verify();
    }
}
