package io.jvmroute.jetty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RawPeer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.Test;

/**
 * What {@link AffinityConnector} does besides being a connector.
 *
 * <p>The build runs the tests of forwards a second time with it.
 */
class AffinityConnectorTest extends SharedSelectorTestBase {
    @Override
    ServerConnector connector(Server owner) {
        return new AffinityConnector(owner, 1, 2, new HttpConnectionFactory());
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
}
