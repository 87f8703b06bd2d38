package io.jvmroute.jetty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** No thread of Jetty's is held by a forward that waits. */
class ManyForwardsTest {
    private static final int REQUESTS = 5_000;

    /** Of one connection at a time. */
    private static final int STREAMS = 100;

    /** Answers with the target, two seconds after the request. */
    private static final class Slow extends Handler.Abstract.NonBlocking {
        private final AtomicInteger most = new AtomicInteger();
        private final AtomicInteger waiting = new AtomicInteger();

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            most.accumulateAndGet(waiting.incrementAndGet(), Math::max);
            getServer()
                    .getScheduler()
                    .schedule(
                            () -> {
                                waiting.decrementAndGet();
                                byte[] body =
                                        request.getHttpURI().getPathQuery().getBytes(ISO_8859_1);
                                response.write(true, ByteBuffer.wrap(body), callback);
                            },
                            2,
                            TimeUnit.SECONDS);
            return true;
        }
    }

    @Test
    void fiveThousandForwards_toASlowBackend_with8Threads() throws Exception {
        Slow slow = new Slow();
        Server backend = new Server();
        ServerConnector connector = new ServerConnector(backend);
        connector.setHost("127.0.0.1");
        connector.setAcceptQueueSize(4096);
        backend.addConnector(connector);
        backend.setHandler(slow);
        backend.start();
        int hazelcast = EmbeddedNode.freePorts(1).get(0);
        Map<String, String> options = Map.of(
                "mode",
                "frontend",
                "connectTimeout",
                "30s",
                "backends",
                "n1=http://127.0.0.1:" + connector.getLocalPort());
        try (EmbeddedNode frontend =
                new EmbeddedNode("test-" + UUID.randomUUID(), null, hazelcast, List.of(hazelcast), options, 8)) {
            frontend.start();
            List<Http2Client> clients = new ArrayList<>(); // or there would be too many sockets for one process
            for (int i = 0; i < REQUESTS / STREAMS; i++) {
                Http2Client client = new Http2Client(frontend.port());
                clients.add(client);
                for (int j = 0; j < STREAMS; j++) {
                    client.request("GET", "/" + i + "/" + j, true);
                }
            }
            for (int i = 0; i < clients.size(); i++) {
                try (Http2Client client = clients.get(i)) {
                    Map<Integer, String> answers = client.bodies(STREAMS);
                    for (int j = 0; j < STREAMS; j++) {
                        assertThat(answers.get(1 + 2 * j)).isEqualTo("/" + i + "/" + j);
                    }
                }
            }
            assertThat(slow.most.get()).isGreaterThan(REQUESTS / 10); // they did wait side by side
            assertThat(frontend.server.getThreadPool().getThreads()).isLessThanOrEqualTo(8);
            await().until(() -> frontend.jmx("ForwardsInFlight").equals(0));
            await().until(() -> frontend.jmx("BackendConnections").equals(frontend.jmx("IdleBackendConnections")));
        } finally {
            backend.stop();
        }
    }
}
