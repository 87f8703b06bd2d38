package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RapidResets;
import io.jvmroute.testing.RawBackend;
import io.jvmroute.testing.TestKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A frontend before a backend with TLS. */
class TlsBackendTest {
    @TempDir
    static Path folder;

    private static Path key;
    private static Path trust;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Server backend = new Server();
    private EmbeddedNode frontend;

    private static final class Echo extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.getHeaders().put("Connected-From", Request.getRemotePort(request));
            Content.copy(request, response, callback);
            return true;
        }
    }

    @BeforeAll
    static void makeKeys() throws Exception {
        key = TestKeys.key(folder, "dns:localhost");
        trust = TestKeys.trust(key);
    }

    @AfterEach
    void stop() throws Exception {
        if (frontend != null) {
            await().until(() -> frontend.jmx("ForwardsInFlight").equals(0));
            frontend.close();
        }
        backend.stop();
    }

    private void start(String host, String protocol, Path trusted) throws Exception {
        startFrontend(host, startBackend(protocol), trusted);
    }

    private int startBackend(String protocol) throws Exception {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStorePath(key.toString());
        tls.setKeyStorePassword(TestKeys.PASSWORD);
        tls.setIncludeProtocols(protocol);
        tls.setSniRequired(false);
        HttpConfiguration http1 = new HttpConfiguration();
        http1.addCustomizer(
                new SecureRequestCustomizer(/* sniHostCheck= */ false)); // the client's Host is not the backend's name
        ServerConnector connector = new ServerConnector(
                backend, new SslConnectionFactory(tls, "http/1.1"), new HttpConnectionFactory(http1));
        connector.setHost("127.0.0.1");
        connector.setIdleTimeout(EmbeddedNode.PATIENCE.toMillis());
        backend.addConnector(connector);
        backend.setHandler(new Echo());
        backend.start();
        return connector.getLocalPort();
    }

    private void startFrontend(String host, int port, Path trusted) throws Exception {
        Map<String, String> options = new HashMap<>();
        options.put("mode", "frontend");
        options.put("backends", "b1=https://" + host + ":" + port);
        if (trusted != null) {
            options.put("trustStore", trusted.toString());
            options.put("trustStorePassword", TestKeys.PASSWORD);
        }
        int hazelcast = EmbeddedNode.freePorts(1).get(0);
        frontend = new EmbeddedNode("test-" + UUID.randomUUID(), null, hazelcast, List.of(hazelcast), options).start();
    }

    private HttpResponse<byte[]> post(byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(frontend.url("/"))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        return http.send(request, BodyHandlers.ofByteArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void bodies_comeBackWhole(String protocol) throws Exception {
        start("localhost", protocol, trust);
        for (int size : new int[] {0, 1, 1000, 16_384, 70_000, 3_000_000, 2, 0}) {
            byte[] body = new byte[size];
            new Random(size).nextBytes(body);

            HttpResponse<byte[]> response = post(body);

            assertThat(response.statusCode())
                    .as(new String(response.body(), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .isEqualTo(200);
            assertThat(response.body()).isEqualTo(body);
        }
        // used again, tickets of TLS notwithstanding; at the first try, unless the machine is busy
        await().until(() -> connectedFrom(post(new byte[1])).equals(connectedFrom(post(new byte[1]))));
    }

    private static String connectedFrom(HttpResponse<?> response) {
        return response.headers().firstValue("Connected-From").orElseThrow();
    }

    /** On the way to a backend: nothing goes on before it opens. */
    private static final class Gate implements AutoCloseable {
        final AtomicInteger begun = new AtomicInteger();
        final AtomicInteger over = new AtomicInteger();
        private final CountDownLatch open = new CountDownLatch(1);
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final ServerSocket entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final int to;

        Gate(int to) throws IOException {
            this.to = to;
            threads.execute(this::accept);
        }

        int port() {
            return entry.getLocalPort();
        }

        void open() {
            open.countDown();
        }

        private void accept() {
            try {
                while (true) {
                    Socket from = entry.accept();
                    begun.incrementAndGet();
                    threads.execute(() -> pass(from));
                }
            } catch (IOException closed) {
                // the end of the test
            }
        }

        private void pass(Socket from) {
            try (from;
                    Socket onward = new Socket(InetAddress.getLoopbackAddress(), to)) {
                open.await();
                threads.execute(() -> copy(onward, from));
                from.getInputStream().transferTo(onward.getOutputStream());
            } catch (IOException | InterruptedException e) {
                // as good as its end
            } finally {
                over.incrementAndGet();
            }
        }

        private static void copy(Socket from, Socket to) {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException e) {
                // as good as its end
            }
        }

        @Override
        public void close() throws IOException {
            entry.close();
            threads.shutdownNow();
        }
    }

    @Test
    void stream_reset_whileKeysAreAgreedOn_leavesNoConnection() throws Exception {
        try (Gate gate = new Gate(startBackend("TLSv1.3"))) {
            startFrontend("localhost", gate.port(), trust);
            RapidResets.sendAndReset(
                    frontend.port(), "/", "JSESSIONID=a.b1", 1, () -> await().until(() -> gate.begun.get() == 1));
            await().until(() -> frontend.jmx("ForwardsInFlight").equals(0));
            assertThat(gate.over.get()).isZero();

            gate.open();

            await().until(() -> gate.over.get() == 1);
            assertThat(frontend.jmx("BackendConnections")).isEqualTo(0);
            assertThat(post(new byte[1]).statusCode()).isEqualTo(200);
        }
    }

    private void assertRefused(String error) throws Exception {
        HttpResponse<byte[]> response = post(new byte[0]);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Proxy-Status")).hasValue("jvmroute; error=" + error);
    }

    @Test
    void certificate_notTrusted() throws Exception {
        start("localhost", "TLSv1.3", null);
        assertRefused("tls_certificate_error");
    }

    @Test
    void certificate_ofAnotherHost() throws Exception {
        start("127.0.0.1", "TLSv1.3", trust);
        assertRefused("tls_certificate_error");
    }

    @Test
    void plainBackend() throws Exception {
        try (RawBackend plain = new RawBackend()) {
            plain.follow(peer -> {
                peer.in.read();
                peer.write("HTTP/1.1 400 Bad\r\n\r\n");
            });
            int hazelcast = EmbeddedNode.freePorts(1).get(0);
            Map<String, String> options =
                    Map.of("mode", "frontend", "backends", "b1=https://localhost:" + plain.port());
            frontend =
                    new EmbeddedNode("test-" + UUID.randomUUID(), null, hazelcast, List.of(hazelcast), options).start();
            assertRefused("tls_protocol_error");
        }
    }
}
