package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RawPeer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Attributes;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forwards on a connector of Jetty's. */
class ResumingConnectionTest extends SharedSelectorTestBase {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

    @Override
    ServerConnector connector(Server owner) {
        return new ServerConnector(owner, 1, 2, new HttpConnectionFactory());
    }

    private Connection connection() {
        return connector.getConnectedEndPoints().iterator().next().getConnection();
    }

    private void exchange(RawPeer client, String request) throws Exception {
        client.write(request);
        expect(client, "/a");
    }

    @Test
    void nextRequests_doNotWaitForAThread() throws Exception {
        answerWithTarget();
        try (RawPeer client = RawPeer.connect(connector.getLocalPort())) {
            exchange(client, GET);
            await().until(() -> connection() instanceof ResumingConnection);
            int before = pool.resumed.get();
            for (int i = 0; i < 10; i++) {
                exchange(client, GET);
            }
            assertThat(pool.resumed).hasValue(before);
        }
    }

    /** Whoever stands around our handler may keep what is said of a request to itself. */
    private void keepAttributesAround() throws Exception {
        server.stop();
        server.setHandler(new Handler.Wrapper(server.getDescendant(AffinityHandler.class)) {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                return super.handle(
                        new Request.AttributesWrapper(request, new Attributes.Mapped()), response, callback);
            }
        });
        server.start();
    }

    @Test
    void requestInAWrapper_isNoHindrance() throws Exception {
        answerWithTarget();
        keepAttributesAround();
        try (RawPeer client = RawPeer.connect(connector.getLocalPort())) {
            exchange(client, GET);
            await().until(() -> connection() instanceof ResumingConnection);
        }
    }

    @Test
    void upgradeInAWrapper_opensATunnel() throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n");
            peer.write(peer.read(5));
            assertThat(peer.in.read()).isEqualTo(-1);
        });
        keepAttributesAround();
        try (RawPeer client = RawPeer.connect(connector.getLocalPort())) {
            client.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            client.write("hello");
            assertThat(client.read(5)).isEqualTo("hello");
        }
    }

    @Test
    void attributesAndSettings_stay() throws Exception {
        connector.getConnectionFactory(HttpConnectionFactory.class).setTransferEncodingChunkMaxLength(4711);
        connector.getConnectionFactory(HttpConnectionFactory.class).setInputBufferSize(4712);
        answerWithTarget();
        try (RawPeer client = RawPeer.connect(connector.getLocalPort())) {
            await().until(() -> !connector.getConnectedEndPoints().isEmpty());
            HttpConnection before = (HttpConnection) connection();
            before.setAttribute("color", "green");
            exchange(client, GET);
            await().until(() -> connection() instanceof ResumingConnection);
            HttpConnection after = (HttpConnection) connection();
            assertThat(after.getAttribute("color")).isEqualTo("green");
            assertThat(after.getTransferEncodingChunkMaxLength())
                    .isEqualTo(4711)
                    .isEqualTo(before.getTransferEncodingChunkMaxLength());
            assertThat(after.getInputBufferSize()).isEqualTo(4712).isEqualTo(before.getInputBufferSize());
        }
    }

    /** A limit of connections would count one client as two. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connectionThatIsListenedTo_stays(boolean atTheFactory) throws Exception {
        AtomicInteger opened = new AtomicInteger();
        Connection.Listener listener = new Connection.Listener() {
            @Override
            public void onOpened(Connection connection) {
                opened.incrementAndGet();
            }
        };
        if (atTheFactory) {
            connector.getConnectionFactory(HttpConnectionFactory.class).addBean(listener);
        } else {
            connector.addBean(listener);
        }
        answerWithTarget();
        try (RawPeer client = RawPeer.connect(connector.getLocalPort())) {
            exchange(client, GET);
            exchange(client, GET);
            assertThat(connection()).isNotInstanceOf(ResumingConnection.class);
        }
        assertThat(opened).hasValue(1);
    }

    /** RFC 9112 §9.6: what a client sends behind a request after which the connection is to close is not read. */
    @Test
    void requestBehindTheLastOne_isNotForwarded() throws Exception {
        AtomicInteger forwarded = new AtomicInteger();
        backend.follow(peer -> {
            peer.readHead();
            forwarded.incrementAndGet();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/a");
            assertThat(peer.in.read()).isEqualTo(-1);
        });
        try (RawPeer client = RawPeer.connect(connector.getLocalPort())) {
            client.write("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            expect(client, "/a");
            assertThat(client.in.read()).isEqualTo(-1);
            client.write(GET);
        }
        await().until(() -> connector.getConnectedEndPoints().isEmpty() && forwards() == 0);
        assertThat(forwarded).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab",
                "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
            })
    void requestThatMayLeaveSomething_leavesTheConnectionAsItIs(String request) throws Exception {
        answerBodies();
        try (RawPeer client = RawPeer.connect(connector.getLocalPort())) {
            exchange(client, request);
            exchange(client, request);
            assertThat(connection()).isNotInstanceOf(ResumingConnection.class);
            exchange(client, GET);
            await().until(() -> connection() instanceof ResumingConnection);
            exchange(client, request);
        }
    }

    /** Takes all of a request for its head up to an empty line, which none of the bodies here has before its end. */
    private void answerBodies() {
        backend.follow(peer -> {
            try {
                while (true) {
                    String head = peer.readHead();
                    if (head.contains("Content-Length: 2")) {
                        peer.read(2);
                    } else if (head.contains("chunked")) {
                        peer.read("0\r\n\r\n".length());
                    }
                    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/a");
                }
            } catch (IOException e) { // the frontend has closed the connection
                assertThat(peer.in.read()).isEqualTo(-1);
            }
        });
    }

    /** What may block must not run on the thread of a selector. */
    @Test
    void serverThatMayBlock_keepsJettysConnections() throws Exception {
        answerWithTarget();
        server.stop();
        AffinityHandler affinity = server.getDescendant(AffinityHandler.class);
        server.setHandler(new Handler.Wrapper(affinity) {
            @Override
            public InvocationType getInvocationType() {
                return InvocationType.BLOCKING;
            }
        });
        server.start();
        try (RawPeer client = RawPeer.connect(connector.getLocalPort())) {
            exchange(client, GET);
            exchange(client, GET);
            assertThat(connection()).isNotInstanceOf(ResumingConnection.class);
        }
    }

    /** Who has made connections of their own keeps them. */
    @Test
    void connectionOfAnotherClass_stays() throws Exception {
        answerWithTarget();
        server.stop();
        connector.setConnectionFactories(List.of(new HttpConnectionFactory() {
            @Override
            public Connection newConnection(org.eclipse.jetty.server.Connector owner, EndPoint endPoint) {
                return configure(new HttpConnection(getHttpConfiguration(), owner, endPoint) {}, owner, endPoint);
            }
        }));
        server.start();
        try (RawPeer client = RawPeer.connect(connector.getLocalPort())) {
            exchange(client, GET);
            exchange(client, GET);
            assertThat(connection()).isNotInstanceOf(ResumingConnection.class);
        }
    }
}
