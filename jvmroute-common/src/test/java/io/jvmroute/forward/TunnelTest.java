package io.jvmroute.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.forward.ForwardResult.Outcome;
import io.jvmroute.http1.UpgradeRequest;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that switch to another protocol, and those that do not. */
class TunnelTest extends ForwarderTestBase {
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n";

    private final FakeTunnelClient client = new FakeTunnelClient();

    private static FakeExchange upgrade() {
        FakeExchange exchange = FakeExchange.get();
        exchange.requestFields.add("Connection: keep-alive, Upgrade, X-Mine");
        exchange.requestFields.add("Upgrade: h2c, websocket");
        exchange.requestFields.add("X-Mine: 1");
        exchange.requestFields.add("HTTP2-Settings: x");
        exchange.upgradeRequest = new UpgradeRequest(List.of("websocket", "other/1"));
        return exchange;
    }

    private Tunnel open(ScriptedBackend backend) {
        FakeExchange exchange = upgrade();
        assertDone(exchange, backend, 101);
        Tunnel tunnel = exchange.tunnel;
        assertThat(tunnel).isNotNull();
        tunnel.open(client);
        return tunnel;
    }

    private void assertEnded() {
        await().until(() -> client.closed.get() == 1);
        await().until(() -> forwarder.openTunnels() == 0);
    }

    @Test
    void switched_bytesGoBothWays() throws Exception {
        AtomicReference<String> head = new AtomicReference<>();
        ScriptedBackend backend = backend(peer -> {
            head.set(peer.readHead());
            peer.write(SWITCH);
            assertThat(peer.readBody(4)).isEqualTo("ping");
            peer.write("pong");
        });
        FakeExchange exchange = upgrade();
        assertDone(exchange, backend, 101);

        assertThat(head.get())
                .contains("\r\nConnection: Upgrade\r\nUpgrade: websocket, other/1\r\n")
                .doesNotContain("h2c", "X-Mine", "HTTP2-Settings", "keep-alive", "Content-Length");
        assertThat(exchange.responseFields)
                .containsExactly("Sec-WebSocket-Accept: x", "Connection: Upgrade", "Upgrade: websocket");
        assertThat(exchange.flushes).hasValue(1);
        assertThat(forwarder.openTunnels()).isEqualTo(1);
        assertThat(forwarder.inFlight()).isZero();
        assertThat(forwarder.statistics()).isEqualTo(PoolStatistics.NONE);

        Tunnel tunnel = exchange.tunnel;
        tunnel.open(client);
        client.send("ping");
        assertThat(tunnel.clientReadable()).isTrue();
        assertEnded();
        assertThat(client.text()).isEqualTo("pong");
        assertThat(tunnel.isQuiet()).isTrue();
    }

    @Test
    void switched_backendSpeaksFirst() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write(SWITCH + "early");
            assertThat(peer.readBody(2)).isEqualTo("go");
            peer.write(" and late");
        });
        Tunnel tunnel = open(backend);
        assertThat(client.text()).isEqualTo("early");

        client.send("go");
        tunnel.clientReadable();
        assertEnded();
        assertThat(client.text()).isEqualTo("early and late");
    }

    @Test
    void switched_backendSpeaksFirstToAClientThatDoesNotTakeIt() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write(SWITCH + "early");
            peer.write(" and late");
        });
        client.takes(2);
        Tunnel tunnel = open(backend);
        assertThat(client.text()).isEqualTo("ea");

        client.takes(Integer.MAX_VALUE);
        tunnel.clientWritable();
        assertEnded();
        assertThat(client.text()).isEqualTo("early and late");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
                "HTTP/1.1 101 x\r\nUpgrade: websocket, other/1\r\nConnection: Upgrade\r\n\r\n",
                "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nUpgrade: other/1\r\nConnection: Upgrade\r\n\r\n",
                "HTTP/1.1 101 x\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n",
                "HTTP/1.1 101 x\r\nConnection: Upgrade\r\n\r\n"
            })
    void switched_toAnotherProtocol(String answer) throws Exception {
        FakeExchange exchange = upgrade();
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write(answer);
            peer.awaitEnd();
        });

        assertFailed(forward(exchange, backend), exchange, 502);
        assertThat(forwarder.openTunnels()).isZero();
    }

    @Test
    void switched_unasked() throws Exception {
        FakeExchange exchange = FakeExchange.get();
        ScriptedBackend backend = backend(peer -> {
            assertThat(peer.readHead()).doesNotContain("Upgrade");
            peer.write(SWITCH);
            peer.awaitEnd();
        });

        assertFailed(forward(exchange, backend), exchange, 502);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 403, 426})
    void notSwitched_passedOnAsAnyResponse(int status) throws Exception {
        FakeExchange exchange = upgrade();
        ScriptedBackend backend = backend(peer -> {
            for (int i = 0; i < MAX_TUNNELS + 1; i++) {
                peer.readHead();
                peer.write("HTTP/1.1 " + status + " x\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\nno");
            }
        });

        assertDone(exchange, backend, status);
        assertThat(exchange.response()).isEqualTo("no");
        assertThat(exchange.responseFields).noneMatch(field -> field.startsWith("Upgrade"));
        assertThat(exchange.tunnel).isNull();
        assertIdle(1);
        for (int i = 0; i < MAX_TUNNELS; i++) { // the place of the tunnel that was not opened is free again
            assertDone(upgrade(), backend, status);
        }
    }

    @Test
    void backend_takesNothing_clientIsNotRead() throws Exception {
        byte[] sent = new byte[32 * MIB];
        new Random(1).nextBytes(sent);
        CountDownLatch mayRead = new CountDownLatch(1);
        AtomicLong arrived = new AtomicLong();
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write(SWITCH);
            mayRead.await();
            byte[] body = peer.in.readNBytes(sent.length);
            assertThat(body).isEqualTo(sent);
            arrived.set(body.length);
        });
        Tunnel tunnel = open(backend);
        client.send(sent);
        int seen = 0;
        assertThat(tunnel.clientReadable()).isFalse();
        assertThat(tunnel.clientReadable()).as("while bytes wait").isFalse();
        mayRead.countDown();
        while (!tunnel.isClosed()) {
            int last = seen;
            await().until(() -> client.resumed.get() > last || tunnel.isClosed());
            seen = client.resumed.get();
            if (tunnel.clientReadable()) {
                break;
            }
        }
        assertEnded();
        assertThat(arrived).hasValue(sent.length);
    }

    @Test
    void client_takesNothing_backendIsNotRead() throws Exception {
        byte[] sent = new byte[8 * MIB];
        new Random(1).nextBytes(sent);
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write(SWITCH);
            peer.out.write(sent);
        });
        client.takes(1000);
        Tunnel tunnel = open(backend);
        await().until(() -> client.received().length == 1000);
        while (!tunnel.isClosed()) {
            client.takes(100_000);
            tunnel.clientWritable();
        }
        assertEnded();
        assertThat(client.received()).isEqualTo(sent);
    }

    @Test
    void client_ends_backendMayGoOn() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write(SWITCH);
            assertThat(peer.in.readAllBytes()).hasSize(3);
            peer.write("late");
        });
        Tunnel tunnel = open(backend);
        client.send("end");
        client.end();
        assertThat(tunnel.clientReadable()).isFalse();
        assertEnded();
        assertThat(client.text()).isEqualTo("late");
    }

    @Test
    void backend_resets_clientIsClosed() throws Exception {
        open(backend(peer -> {
            peer.readHead();
            peer.write(SWITCH);
            peer.reset();
        }));
        assertEnded();
    }

    @Test
    void container_closes_backendIsClosed() throws Exception {
        Tunnel tunnel = open(backend(peer -> {
            peer.readHead();
            peer.write(SWITCH);
            peer.awaitEnd();
        }));
        tunnel.close();
        assertEnded();
        assertThat(tunnel.clientReadable()).isFalse();
        tunnel.clientWritable();
    }

    @Test
    void idle_forTooLong_closed() throws Exception {
        Tunnel tunnel = open(backend(peer -> {
            peer.readHead();
            peer.write(SWITCH);
            assertThat(peer.readBody(1)).isEqualTo("a");
            peer.write("b");
            peer.awaitEnd();
        }));
        jump(TUNNEL_TIMEOUT.minus(Duration.ofSeconds(30)));
        client.send("a");
        assertThat(tunnel.clientReadable()).isTrue();
        await().until(() -> client.text().equals("b"));
        jump(Duration.ofSeconds(40));
        forwarder.look();
        assertThat(tunnel.isClosed()).as("not idle").isFalse();

        jump(TUNNEL_TIMEOUT);
        assertEnded();
    }

    @Test
    void neverOpened_closedLikeAnIdleOne() throws Exception {
        FakeExchange exchange = upgrade();
        assertDone(
                exchange,
                backend(peer -> {
                    peer.readHead();
                    peer.write(SWITCH);
                    peer.awaitEnd();
                }),
                101);
        jump(TUNNEL_TIMEOUT);
        await().until(() -> forwarder.openTunnels() == 0);
        exchange.tunnel.open(client);
        assertThat(client.closed).hasValue(1);
    }

    @Test
    void tunnels_atTheLimit_refused() throws Exception {
        ScriptedBackend.Script holding = peer -> {
            peer.readHead();
            peer.write(SWITCH);
            peer.drain();
        };
        ScriptedBackend backend = backend(holding, holding, holding);
        Tunnel first = open(backend);
        FakeExchange second = upgrade();
        assertDone(second, backend, 101);
        FakeExchange third = upgrade();
        assertFailed(forward(third, backend), third, 503);

        first.close();
        assertDone(upgrade(), backend, 101);
        assertThat(forwarder.openTunnels()).isEqualTo(MAX_TUNNELS);
        forwarder.endTunnels();
        jump(GoAway.PATIENCE);
        forwarder.look();
        assertThat(forwarder.openTunnels()).isZero();
    }

    @Test
    void client_goneBeforeThe101_tunnelIsClosed() throws Exception {
        FakeExchange exchange = new FakeExchange("GET", "/") {
            @Override
            public void flushResponse() throws java.io.IOException {
                throw new java.io.IOException("client reset");
            }
        };
        exchange.upgradeRequest = new UpgradeRequest(List.of("websocket"));
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write(SWITCH);
            peer.awaitEnd();
        });
        assertThat(forward(exchange, backend).outcome()).isEqualTo(Outcome.CLIENT_GONE);
        assertThat(forwarder.openTunnels()).isZero();
    }

    @Test
    void forwarder_closed_tunnelsAreToo() throws Exception {
        open(backend(peer -> {
            peer.readHead();
            peer.write(SWITCH);
            peer.awaitEnd();
        }));
        forwarder.close();
        assertThat(client.closed).hasValue(1);
        assertThat(forwarder.openTunnels()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT", "TRACE"})
    void method_refused(String method) throws Exception {
        ForwardResult result = forward(new FakeExchange(method, "/"), backend());

        assertThat(result.outcome()).isEqualTo(Outcome.CLIENT_GONE);
        assertThat(result.status()).isEqualTo(501);
    }
}
