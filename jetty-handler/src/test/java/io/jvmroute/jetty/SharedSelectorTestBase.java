package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.AffinityConfig;
import io.jvmroute.forward.PoolStatistics;
import io.jvmroute.testing.RawBackend;
import io.jvmroute.testing.RawPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds wherever the connections to backends share the selectors of the clients. */
abstract class SharedSelectorTestBase {
    private static final int MANY = 1_000;

    final Pool pool = new Pool();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    RawBackend backend;
    Server server;
    ServerConnector connector;

    /** Counts the connections that it is to go on with. */
    static final class Pool extends QueuedThreadPool {
        final AtomicInteger resumed = new AtomicInteger();

        @Override
        public void execute(Runnable task) {
            if (task instanceof HttpConnection) {
                resumed.incrementAndGet();
            }
            super.execute(task);
        }
    }

    private final class Clients implements SelectorManager.AcceptListener {
        @Override
        public void onAccepted(SelectableChannel channel) {
            accepted.incrementAndGet();
        }

        @Override
        public void onClosed(SelectableChannel channel) {
            closed.incrementAndGet();
        }
    }

    @BeforeEach
    void start() throws Exception {
        backend = new RawBackend();
        server = new Server(pool);
        connector = connector(server);
        connector.setHost("127.0.0.1");
        connector.addBean(new Clients());
        server.addConnector(connector);
        server.setHandler(new AffinityHandler(AffinityConfig.builder()
                .mode(AffinityConfig.Mode.FRONTEND)
                .clusterName("test-" + UUID.randomUUID())
                .hazelcastPort(EmbeddedNode.freePorts(1).get(0))
                .set("backends", "n1=http://127.0.0.1:" + backend.port())
                .connectTimeout(EmbeddedNode.PATIENCE)
                .build()));
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        LifeCycle.stop(server);
        backend.verify();
        backend.close();
    }

    /** A connector with one acceptor and two selectors for HTTP/1.1. */
    abstract ServerConnector connector(Server owner);

    final void answerWithTarget() {
        backend.follow(peer -> {
            try {
                while (true) {
                    String target = peer.readHead().split(" ", 3)[1];
                    peer.write("HTTP/1.1 200 OK\r\nContent-Length: " + target.length() + "\r\n\r\n" + target);
                }
            } catch (IOException e) { // the frontend has closed the connection
                assertThat(peer.in.read()).isEqualTo(-1);
            }
        });
    }

    static void expect(RawPeer client, String target) throws Exception {
        assertThat(client.readHead()).startsWith("HTTP/1.1 200");
        assertThat(client.read(target.length())).isEqualTo(target);
    }

    @Test
    void pipelinedRequests_areAnsweredInTheirOrder() throws Exception {
        answerWithTarget();
        try (RawPeer client = RawPeer.connect(connector.getLocalPort())) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < MANY; i++) {
                requests.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            Thread writer = new Thread(() -> {
                try {
                    client.write(requests.toString());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            writer.start();
            for (int i = 0; i < MANY; i++) {
                expect(client, "/" + i);
            }
            writer.join();
        }
    }

    @Test
    void connectionsToBackends_areNoneOfTheConnector() throws Exception {
        answerWithTarget();
        try (RawPeer client = RawPeer.connect(connector.getLocalPort())) {
            client.write("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
            expect(client, "/a");

            assertThat(connector.getConnectedEndPoints()).hasSize(1);
            assertThat(connector.getSelectorManager().getTotalKeys()).isEqualTo(2); // but they share its selectors
        }
        await().until(() -> closed.get() == 1);
        server.stop();
        assertThat(accepted).hasValue(1);
        assertThat(closed).hasValue(1);
    }

    @Test
    void connectionThatItsBackendCloses_isCountedNoMore() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        backend.follow(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/a");
            seen.await();
        });
        try (RawPeer client = RawPeer.connect(connector.getLocalPort())) {
            client.write("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
            expect(client, "/a");
            await().until(() -> statistics().equals(new PoolStatistics(1, 1)));
            seen.countDown();
            await().until(() -> statistics().equals(new PoolStatistics(0, 0)));
            await().until(() -> connector.getSelectorManager().getTotalKeys() == 1);
        }
    }

    private PoolStatistics statistics() {
        return server.getDescendant(AffinityHandler.class)
                .getBean(JettyForwarder.class)
                .statistics();
    }

    @Test
    void connectionsToBackends_areReusedByClientsOfTheirSelectorAlone() throws Exception {
        answerWithTarget();
        try (RawPeer first = RawPeer.connect(connector.getLocalPort());
                RawPeer second = RawPeer.connect(connector.getLocalPort())) {
            for (RawPeer client : List.of(first, second, first, second)) {
                client.write("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
                expect(client, "/a");
            }
            assertThat(selectors(connector)).allMatch(selector -> selector.getTotalKeys() == 2);
        }
    }

    final int selections() {
        return selections(connector);
    }

    static int selections(ServerConnector connector) {
        return selectors(connector).stream()
                .mapToInt(selector -> (int) selector.getSelectCount())
                .sum();
    }

    static Collection<ManagedSelector> selectors(ServerConnector connector) {
        return connector.getSelectorManager().getBeans(ManagedSelector.class);
    }

    final int forwards() {
        return server.getDescendant(AffinityHandler.class).getForwardsInFlight();
    }
}
