package io.jvmroute.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.http1.UpgradeRequest;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** WebSockets whose clients are told to go away, by a clock that stands still unless a test moves it. */
class TunnelGoAwayTest extends ForwarderTestBase {
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n";

    private static final String GO_AWAY = "\u0088\u0002\u0003\u00f4"; // 1012
    private static final String ANSWER = "\u0088\u0082maskn\u0095"; // the same, masked
    private static final String HELLO = "\u0081\u0005hello";
    private static final String MASKED_HI = "\u0081\u0082\0\0\0\0hi";

    private final AtomicLong now = new AtomicLong();
    private final Forwarder still = new Forwarder(settings(100), new BackendTls(null), now::get);
    private final FakeTunnelClient client = new FakeTunnelClient();
    private final CountDownLatch mayGoOn = new CountDownLatch(1);
    private volatile boolean moved;
    private final HopWatch watch = new HopWatch() {
        @Override
        public @Nullable HopRefusal findRefusal(String answer) {
            return null;
        }

        @Override
        public boolean hasMoved() {
            return moved;
        }
    };

    @AfterEach
    void close() {
        mayGoOn.countDown();
        still.close();
    }

    private Tunnel open(ScriptedBackend backend, String protocol) {
        FakeExchange exchange = FakeExchange.get();
        exchange.upgradeRequest = new UpgradeRequest(List.of(protocol));
        assertThat(still.forward(exchange, backend.node(), "ticket", watch).status())
                .isEqualTo(101);
        Tunnel tunnel = exchange.tunnel;
        tunnel.open(client);
        return tunnel;
    }

    private Tunnel open(ScriptedBackend.Script script) throws Exception {
        return open(
                backend(peer -> {
                    peer.readHead();
                    script.run(peer);
                }),
                "websocket");
    }

    private void send(Tunnel tunnel, String text) {
        client.send(text);
        tunnel.clientReadable();
    }

    private void patienceIsOver() {
        now.addAndGet(GoAway.PATIENCE.toNanos());
        still.look();
    }

    private void assertEnded() {
        await().until(() -> client.closed.get() == 1);
        assertThat(still.openTunnels()).isZero();
    }

    private void mayGoOn() throws InterruptedException {
        assertThat(mayGoOn.await(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void betweenFrames_toldAtOnce_theAnswerEndsIt() throws Exception {
        Tunnel tunnel = open(peer -> {
            peer.write(SWITCH);
            peer.write(HELLO);
            assertThat(peer.readBody(MASKED_HI.length())).isEqualTo(MASKED_HI);
            mayGoOn(); // after it was told
            peer.write(HELLO);
            assertThat(peer.readBody(MASKED_HI.length() + ANSWER.length())).isEqualTo(MASKED_HI + ANSWER);
        });
        await().until(() -> client.text().equals(HELLO));
        send(tunnel, MASKED_HI);
        still.endTunnels();
        assertThat(client.text()).isEqualTo(HELLO + GO_AWAY);
        still.endTunnels();
        mayGoOn.countDown();
        send(tunnel, MASKED_HI + ANSWER);
        assertEnded();
        assertThat(client.text()).isEqualTo(HELLO + GO_AWAY);
    }

    @Test
    void insideAFrame_toldWhenItHasEnded_theNextIsNotSent() throws Exception {
        Tunnel tunnel = open(peer -> {
            peer.write(SWITCH + "\u0001");
            mayGoOn();
            peer.write("\u0005hello" + HELLO + HELLO); // RFC 6455 §5.4: 1012 may come before the rest of the message
            assertThat(peer.readBody(ANSWER.length())).isEqualTo(ANSWER);
        });
        await().until(() -> client.text().length() == 1);
        still.endTunnels();
        assertThat(client.text()).hasSize(1);
        mayGoOn.countDown();
        await().until(() -> client.text().equals("\u0001\u0005hello" + GO_AWAY));
        send(tunnel, ANSWER);
        assertEnded();
        assertThat(client.text()).endsWith("hello" + GO_AWAY);
    }

    @Test
    void insideAnEarlyFrame_toldWhenItHasEnded() throws Exception {
        Tunnel tunnel = open(peer -> {
            peer.write(SWITCH + "\u0081\u0005he");
            mayGoOn();
            peer.write("llo");
            assertThat(peer.readBody(ANSWER.length())).isEqualTo(ANSWER);
        });
        await().until(() -> client.text().equals("\u0081\u0005he"));
        still.endTunnels();
        mayGoOn.countDown();
        await().until(() -> client.text().equals(HELLO + GO_AWAY));
        send(tunnel, ANSWER);
        assertEnded();
    }

    @Test
    void client_takesNothing_toldWhenItHasTakenTheRest() throws Exception {
        client.takes(3);
        Tunnel tunnel = open(peer -> {
            peer.write(SWITCH + HELLO);
            assertThat(peer.readBody(ANSWER.length())).isEqualTo(ANSWER);
        });
        await().until(() -> client.text().length() == 3);
        still.endTunnels();
        client.takes(6);
        tunnel.clientWritable();
        assertThat(client.text()).isEqualTo(HELLO + GO_AWAY.substring(0, 2));
        client.takes(100);
        tunnel.clientWritable();
        assertThat(client.text()).isEqualTo(HELLO + GO_AWAY);
        send(tunnel, ANSWER);
        assertEnded();
    }

    @Test
    void backend_endsBeforeTheAnswer_clientIsWaitedFor() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        Tunnel tunnel = open(peer -> {
            peer.write(SWITCH);
            mayGoOn();
            peer.socket.shutdownOutput();
            ended.countDown();
            assertThat(peer.readBody(ANSWER.length())).isEqualTo(ANSWER);
        });
        still.endTunnels();
        assertThat(client.text()).isEqualTo(GO_AWAY);
        mayGoOn.countDown();
        assertThat(ended.await(1, TimeUnit.MINUTES)).isTrue();
        send(tunnel, ANSWER);
        assertEnded();
    }

    @Test
    void client_doesNotAnswer_backendIsToldAndAllIsCut() throws Exception {
        open(peer -> {
            peer.write(SWITCH);
            assertTold(peer);
        });
        still.endTunnels();
        still.look();
        assertThat(client.closed).hasValue(0);
        patienceIsOver();
        assertEnded();
        assertThat(client.text()).isEqualTo(GO_AWAY);
    }

    private static void assertTold(ScriptedBackend.Peer backend) throws Exception {
        byte[] close = backend.in.readNBytes(8);
        assertThat(new String(close, 0, 2, ISO_8859_1)).isEqualTo("\u0088\u0082");
        int code = ((close[2] ^ close[6]) & 0xff) << 8 | ((close[3] ^ close[7]) & 0xff);
        assertThat(code).isEqualTo(1012);
        backend.awaitEnd();
    }

    @Test
    void client_stopsInsideItsFrame_backendGetsNoCloseFrame() throws Exception {
        String half = MASKED_HI.substring(0, 7);
        Tunnel tunnel = open(peer -> {
            peer.write(SWITCH);
            assertThat(peer.in.readAllBytes()).hasSize(half.length());
        });
        send(tunnel, half);
        still.endTunnels();
        patienceIsOver();
        assertEnded();
    }

    @Test
    void frame_doesNotEnd_cut() throws Exception {
        open(peer -> {
            peer.write(SWITCH + "\u0081\u0005hell");
            assertTold(peer);
        });
        await().until(() -> client.text().length() == 6);
        still.endTunnels();
        patienceIsOver();
        assertEnded();
        assertThat(client.text()).isEqualTo("\u0081\u0005hell");
    }

    @Test
    void backend_hasSentACloseFrame_noOther() throws Exception {
        String close = "\u0088\u0002\u0003\u00e9";
        Tunnel tunnel = open(peer -> {
            peer.write(SWITCH + close);
            mayGoOn();
            assertThat(peer.readBody(ANSWER.length())).isEqualTo(ANSWER);
        });
        await().until(() -> client.text().equals(close));
        still.endTunnels();
        mayGoOn.countDown();
        send(tunnel, ANSWER);
        assertEnded();
        assertThat(client.text()).isEqualTo(close);
    }

    @Test
    void client_hasClosed_backendAnswersAsEver() throws Exception {
        Tunnel tunnel = open(peer -> {
            peer.write(SWITCH);
            assertThat(peer.readBody(ANSWER.length())).isEqualTo(ANSWER);
            peer.write("\u0088\u0000");
        });
        send(tunnel, ANSWER);
        assertEnded();
        assertThat(client.text()).isEqualTo("\u0088\u0000");
    }

    @Test
    void client_endsItsSideInstead_backendIsAwaited() throws Exception {
        Tunnel tunnel = open(peer -> {
            peer.write(SWITCH);
            assertThat(peer.in.readAllBytes()).isEmpty();
        });
        still.endTunnels();
        client.end();
        tunnel.clientReadable();
        assertEnded();
        assertThat(client.text()).isEqualTo(GO_AWAY);
    }

    @Test
    void later_toldWhenItOpens() throws Exception {
        still.endTunnels();
        Tunnel tunnel = open(peer -> {
            peer.write(SWITCH + HELLO);
            assertThat(peer.readBody(ANSWER.length())).isEqualTo(ANSWER);
        });
        await().until(() -> client.text().endsWith(GO_AWAY));
        send(tunnel, ANSWER);
        assertEnded();
    }

    @Test
    void sessionMoves_clientIsTold() throws Exception {
        Tunnel tunnel = open(peer -> {
            peer.write(SWITCH);
            assertThat(peer.readBody(ANSWER.length())).isEqualTo(ANSWER);
        });
        still.look();
        assertThat(client.text()).isEmpty();
        moved = true;
        await().until(() -> client.text().equals(GO_AWAY)); // by the watch
        now.addAndGet(GoAway.PATIENCE.toNanos() - 1);
        still.look();
        assertThat(client.closed).hasValue(0);
        send(tunnel, ANSWER);
        assertEnded();
    }

    @Test
    void sessionMoves_otherProtocolGoesOn() throws Exception {
        Tunnel tunnel = open(
                backend(peer -> {
                    peer.readHead();
                    peer.write("HTTP/1.1 101 x\r\nUpgrade: other/1\r\nConnection: Upgrade\r\n\r\n");
                    assertThat(peer.readBody(2)).isEqualTo("on");
                    peer.write("and on");
                }),
                "other/1");
        moved = true;
        still.look();
        patienceIsOver();
        send(tunnel, "on");
        assertEnded();
        assertThat(client.text()).isEqualTo("and on");
    }

    @Test
    void otherProtocol_cutAtOnce() throws Exception {
        open(
                backend(peer -> {
                    peer.readHead();
                    peer.write("HTTP/1.1 101 x\r\nUpgrade: other/1\r\nConnection: Upgrade\r\n\r\n");
                    peer.awaitEnd();
                }),
                "other/1");
        still.endTunnels();
        assertEnded();
        assertThat(client.text()).isEmpty();
    }
}
