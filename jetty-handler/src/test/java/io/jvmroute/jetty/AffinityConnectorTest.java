package io.jvmroute.jetty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.AffinityConfig;
import io.jvmroute.testing.RawBackend;
import io.jvmroute.testing.RawPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What {@link AffinityConnector} does besides being a connector.
 *
 * <p>The build runs the tests of forwards a second time with it.
 */
class AffinityConnectorTest {
    private static final int MANY = 1_000;

    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private RawBackend backend;
    private Server server;
    private AffinityConnector connector;

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
        server = new Server();
        connector = new AffinityConnector(server, 1, 2, new HttpConnectionFactory());
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

    private void answerWithTarget() {
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

    private static void expect(RawPeer client, String target) throws Exception {
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

    /** The selector tells once of bytes that nobody wants yet, and again when somebody does. */
    @Test
    void requestThatComesTooEarly_isNotLost() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        backend.follow(peer -> {
            peer.readHead();
            answer.await();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/a");
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n/b");
        });
        try (RawPeer client = RawPeer.connect(connector.getLocalPort())) {
            client.write("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> forwards() == 1);
            int before = selections();
            client.write("GET /b HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> selections() > before);
            answer.countDown();

            expect(client, "/a");
            expect(client, "/b");
            assertThat(selections() - before).isLessThan(50); // else it would turn all the while
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

    /** What a selector tells between two events is told by the event alone: no system call asks for it, and no change of interest. */
    @Test
    void endPoint_staysArmedFromRequestToRequest() throws Exception {
        answerWithTarget();
        try (RawPeer client = RawPeer.connect(connector.getLocalPort())) {
            client.write("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
            expect(client, "/a");
            var endPoint =
                    (ArmedEndPoint) connector.getConnectedEndPoints().iterator().next();
            await().until(endPoint::isFillInterested);
            int changes = endPoint.changes();
            for (int i = 0; i < 10; i++) {
                client.write("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
                expect(client, "/a");
                await().until(endPoint::isFillInterested);
            }
            assertThat(endPoint.changes()).isEqualTo(changes);
        }
    }

    /** A task for the pool has not read yet when the selector looks again. */
    @Test
    void connectionThatWaitsForAThread_doesNotMakeTheSelectorTurn() throws Exception {
        QueuedThreadPool pool = new QueuedThreadPool(4);
        Server busy = new Server(pool);
        AffinityConnector own = new AffinityConnector(busy, 1, 1, new HttpConnectionFactory());
        own.setHost("127.0.0.1");
        busy.addConnector(own);
        CountDownLatch go = new CountDownLatch(1);
        busy.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                if (request.getHttpURI().getPath().equals("/wait")) {
                    go.await();
                }
                response.write(true, ByteBuffer.wrap("/a".getBytes(ISO_8859_1)), callback);
                return true;
            }
        });
        busy.start();
        try (RawPeer late = RawPeer.connect(own.getLocalPort());
                RawPeer first = RawPeer.connect(own.getLocalPort());
                RawPeer second = RawPeer.connect(own.getLocalPort());
                RawPeer third = RawPeer.connect(own.getLocalPort())) {
            late.write("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
            late.readHead();
            late.read(2);
            for (RawPeer waiting : List.of(first, second, third)) {
                waiting.write("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            await().until(() -> pool.getQueueSize() > 0);
            int before = selections(own);
            late.write("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> pool.getQueueSize() > 1);
            go.countDown();
            late.readHead();

            assertThat(selections(own) - before).isLessThan(50);
        } finally {
            go.countDown();
            LifeCycle.stop(busy);
        }
    }

    private int selections() {
        return selections(connector);
    }

    private static int selections(AffinityConnector connector) {
        return selectors(connector).stream()
                .mapToInt(selector -> (int) selector.getSelectCount())
                .sum();
    }

    private static Collection<ManagedSelector> selectors(AffinityConnector connector) {
        return connector.getSelectorManager().getBeans(ManagedSelector.class);
    }

    private int forwards() {
        return server.getDescendant(AffinityHandler.class).getForwardsInFlight();
    }
}
