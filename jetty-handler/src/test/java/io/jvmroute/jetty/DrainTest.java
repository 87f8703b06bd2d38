package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.JvmRoute;
import io.jvmroute.testing.LogLines;
import io.jvmroute.testing.RawPeer;
import io.jvmroute.testing.TestKeys;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two embedded Jettys without a shared store, one of which stops. */
class DrainTest {
    @TempDir
    static Path folder;

    private final List<EmbeddedNode> nodes = new ArrayList<>();
    private final BlockingQueue<Callback> held = new LinkedBlockingQueue<>();
    private CompletableFuture<Void> stop = CompletableFuture.completedFuture(null);
    private String id = "";

    /** Answers when the test says so, without a thread. */
    private final class Holding extends Handler.Abstract.NonBlocking {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            return held.add(callback);
        }
    }

    private void prepare(String drainTimeout) {
        String cluster = "test-" + UUID.randomUUID();
        List<Integer> ports = EmbeddedNode.freePorts(2);
        for (int i = 0; i < 2; i++) {
            Map<String, String> options = i == 0 ? Map.of("drainTimeout", drainTimeout) : Map.of();
            nodes.add(new EmbeddedNode(cluster, "n" + (i + 1), ports.get(i), ports, options));
        }
    }

    private void start() throws Exception {
        for (EmbeddedNode node : nodes) {
            node.start();
        }
        for (EmbeddedNode node : nodes) {
            await().until(() -> ((Object[]) node.jmx("Nodes")).length == 2);
        }
    }

    @AfterEach
    void stop() throws Exception {
        held.forEach(Callback::succeeded);
        if (!stop.isDone()) { // the test has failed: nothing to wait for
            get(nodes.get(0), "/logout", id);
        }
        nodes.forEach(EmbeddedNode::close);
    }

    private void beginToStop() {
        stop = CompletableFuture.runAsync(() -> {
            try {
                nodes.get(0).server.stop();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> List.of((String[]) nodes.get(1).jmx("Nodes")).stream()
                .anyMatch(node -> node.startsWith("n1 DRAINING")));
    }

    private static String get(EmbeddedNode node, String path, String id) throws Exception {
        try (RawPeer client = RawPeer.connect(node.port())) {
            client.write("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    + (id.isEmpty() ? "" : "Cookie: JSESSIONID=" + id + "\r\n") + "\r\n");
            return client.readAll();
        }
    }

    private static String newSession(EmbeddedNode node) throws Exception {
        return get(node, "/session", "").replaceAll("(?s).*JSESSIONID=([^;]*);.*", "$1");
    }

    @Test
    void stop_waitsForSessions() throws Exception {
        prepare("10m");
        start();
        id = newSession(nodes.get(0));

        beginToStop();

        await().untilAsserted(
                        () -> assertThat(get(nodes.get(0), "/session", "")).contains("Node: n2\r\n", "Hop: 1\r\n"));
        assertThat(get(nodes.get(1), "/session", id)).contains("Node: n1\r\n", "Count: 2\r\n");
        assertThat(stop).isNotDone();
        assertThat(get(nodes.get(0), "/logout", id)).contains("Node: n1\r\n");
        stop.join();
    }

    @Test
    void stop_waitsForARequestOverTlsThatHoldsNoThread() throws Exception {
        prepare("10m");
        nodes.get(0).with(new Holding());
        Path key = TestKeys.key(folder, "ip:127.0.0.1");
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStorePath(key.toString());
        tls.setKeyStorePassword(TestKeys.PASSWORD);
        HttpConfiguration http = new HttpConfiguration();
        http.addCustomizer(new SecureRequestCustomizer(/* sniHostCheck= */ false)); // the certificate is of no Host
        ServerConnector secure = new ServerConnector(
                nodes.get(0).server, new SslConnectionFactory(tls, "http/1.1"), new HttpConnectionFactory(http));
        secure.setHost("127.0.0.1");
        nodes.get(0).server.addConnector(secure);
        start();
        Socket socket = TestKeys.client(null, TestKeys.trust(key))
                .getSocketFactory()
                .createSocket("127.0.0.1", secure.getLocalPort());
        try (RawPeer client = new RawPeer(socket)) {
            client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Callback answer = held.poll(3, TimeUnit.MINUTES);
            assertThat(answer).isNotNull();

            beginToStop();

            await().until(() -> !secure.isOpen()); // sessions are done with: it waits for requests
            answer.succeeded();
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
        }
        stop.join();
    }

    @Test
    void stop_deadline_saysWhatIsCut() throws Exception {
        prepare("500ms");
        start();
        newSession(nodes.get(0));
        newSession(nodes.get(0));

        try (LogLines log = new LogLines(JvmRoute.class)) {
            nodes.get(0).server.stop();
            assertThat(log.lines())
                    .anySatisfy(
                            line -> assertThat(line)
                                    .contains(
                                            "0 of 2 sessions handed over, 2 left here, 0 requests in flight; what is left is cut"));
        }
    }
}
