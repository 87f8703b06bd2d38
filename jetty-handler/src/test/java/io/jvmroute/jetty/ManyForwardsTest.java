package io.jvmroute.jetty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.jvmroute.testing.Http2Client;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** No thread of Jetty's is held by a forward that waits. */
class ManyForwardsTest {
    /** Of one connection at a time. */
    private static final int STREAMS = 100;

    private static final int MOST_CONNECTIONS = 50;
    private static final int OTHER_FILES = 1000;

    /** Five thousand, fewer where a process may not have as many files: two for each forward, whose ends are both here. */
    private static int connections() {
        var system = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
        long forwards = system == null ? Long.MAX_VALUE : (system.getMaxFileDescriptorCount() - OTHER_FILES) / 2;
        return (int) Math.max(1, Math.min(MOST_CONNECTIONS, forwards / STREAMS));
    }

    /** Answers with the target, once all requests are there. */
    private static final class Patient extends Handler.Abstract.NonBlocking {
        private final int expected;
        private final List<Runnable> answers = new ArrayList<>();

        Patient(int expected) {
            this.expected = expected;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            byte[] body = request.getHttpURI().getPathQuery().getBytes(ISO_8859_1);
            Runnable answer = () -> response.write(true, ByteBuffer.wrap(body), callback);
            List<Runnable> now = List.of();
            synchronized (this) {
                answers.add(answer);
                if (answers.size() == expected) {
                    now = List.copyOf(answers);
                }
            }
            now.forEach(Runnable::run);
            return true;
        }
    }

    @Test
    void fiveThousandForwards_atOnce_with8Threads() throws Exception {
        int connections = connections();
        Server backend = new Server();
        ServerConnector connector = new ServerConnector(backend);
        connector.setHost("127.0.0.1");
        connector.setAcceptQueueSize(4096);
        connector.setIdleTimeout(EmbeddedNode.PATIENCE.toMillis());
        backend.addConnector(connector);
        backend.setHandler(new Patient(connections * STREAMS));
        backend.start();
        int hazelcast = EmbeddedNode.freePorts(1).get(0);
        Map<String, String> options =
                Map.of("mode", "frontend", "backends", "n1=http://127.0.0.1:" + connector.getLocalPort());
        try (EmbeddedNode frontend =
                new EmbeddedNode("test-" + UUID.randomUUID(), null, hazelcast, List.of(hazelcast), options, 8)) {
            frontend.start();
            List<Http2Client> clients = new ArrayList<>(); // or there would be too many sockets for one process
            for (int i = 0; i < connections; i++) {
                Http2Client client = new Http2Client(frontend.port(), new HeaderReader()::read);
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
            assertThat(frontend.server.getThreadPool().getThreads()).isLessThanOrEqualTo(8);
            await().until(() -> frontend.jmx("ForwardsInFlight").equals(0));
            await().until(() -> frontend.jmx("BackendConnections").equals(frontend.jmx("IdleBackendConnections")));
        } finally {
            backend.stop();
        }
    }
}
