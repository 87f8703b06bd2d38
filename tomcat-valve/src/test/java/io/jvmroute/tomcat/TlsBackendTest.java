package io.jvmroute.tomcat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RawPeer;
import io.jvmroute.testing.TestKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A frontend before backends with TLS. */
class TlsBackendTest {
    @TempDir
    static Path folder;

    private static Path key;
    private static Path trust;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private EmbeddedNode frontend;

    @BeforeAll
    static void makeKeys() throws Exception {
        key = TestKeys.key(folder, "dns:localhost");
        trust = TestKeys.trust(key);
    }

    @AfterEach
    void stop() throws Exception {
        if (frontend != null) {
            assertThat(frontend.jmx("ForwardsInFlight")).isEqualTo(0);
            frontend.close();
        }
    }

    private static Map<String, String> trusting(Path store) {
        return Map.of("trustStore", store.toString(), "trustStorePassword", TestKeys.PASSWORD);
    }

    private void start(String backends, Map<String, String> more) throws Exception {
        Map<String, String> options = new HashMap<>(Map.of("mode", "frontend", "backends", backends));
        options.put("balance", "round-robin");
        options.putAll(more);
        int hazelcast = EmbeddedNode.freePorts(1).get(0);
        frontend = new EmbeddedNode("test-" + UUID.randomUUID(), null, hazelcast, List.of(hazelcast), options);
        frontend.start();
    }

    private HttpResponse<String> get() throws Exception {
        return http.send(HttpRequest.newBuilder(frontend.url("/plain")).build(), BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void good_requestsAndBodies(String protocol) throws Exception {
        try (TlsServer backend = new TlsServer(folder, "b1", key, protocol)) {
            start("b1=" + backend.url(), trusting(trust));
            for (int i = 0; i < 20; i++) {
                assertThat(get().body()).isEqualTo("b1");
            }
            for (int size : new int[] {0, 1, 1000, 16_384, 70_000, 3_000_000}) {
                byte[] body = new byte[size];
                new Random(size).nextBytes(body);
                for (var publisher : List.of(
                        BodyPublishers.ofByteArray(body),
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))) {
                    HttpRequest request = HttpRequest.newBuilder(frontend.url("/echo"))
                            .POST(publisher)
                            .build();
                    assertThat(http.send(request, BodyHandlers.ofByteArray()).body())
                            .isEqualTo(body);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void good_webSocket(String protocol) throws Exception {
        try (TlsServer backend = new TlsServer(folder, "b1", key, protocol)) {
            start("b1=" + backend.url(), trusting(trust));
            WebSocketClient client = new WebSocketClient(http, frontend.url("/ws"), "none");
            assertThat(client.next()).isEqualTo("hello");
            byte[] message = new byte[500_000];
            new Random(7).nextBytes(message);
            for (int i = 0; i < 5; i++) {
                client.socket
                        .sendBinary(ByteBuffer.wrap(message), /* last= */ true)
                        .join();
                assertThat(client.next()).isEqualTo(message);
            }
            assertThat(frontend.jmx("OpenTunnels")).isEqualTo(1);
            client.socket.sendClose(java.net.http.WebSocket.NORMAL_CLOSURE, "").join();
            assertThat(client.end.get(2, TimeUnit.MINUTES)).isEqualTo("closed 1000");
            await().until(() -> frontend.jmx("OpenTunnels").equals(0));
        }
    }

    @Test
    void clientWithTls_webSocket() throws Exception {
        try (TlsServer backend = new TlsServer(folder, "b1", key, "TLSv1.3")) {
            int hazelcast = EmbeddedNode.freePorts(1).get(0);
            Map<String, String> options = new HashMap<>(trusting(trust));
            options.put("mode", "frontend");
            options.put("backends", "b1=" + backend.url());
            frontend = new EmbeddedNode("test-" + UUID.randomUUID(), null, hazelcast, List.of(hazelcast), options);
            Connector secure = TlsServer.connector(key, "TLSv1.3");
            frontend.tomcat.setConnector(secure);
            frontend.start();
            HttpClient https = HttpClient.newBuilder().sslContext(context()).build();
            var url = java.net.URI.create("https://localhost:" + secure.getLocalPort() + "/ws");
            WebSocketClient client = new WebSocketClient(https, url, "none");
            assertThat(client.next()).isEqualTo("hello");
            byte[] message = new byte[500_000];
            new Random(8).nextBytes(message);
            for (int i = 0; i < 5; i++) {
                client.socket
                        .sendBinary(ByteBuffer.wrap(message), /* last= */ true)
                        .join();
                assertThat(client.next()).isEqualTo(message);
            }
            client.socket.abort();
            await().until(() -> frontend.jmx("OpenTunnels").equals(0));
        }
    }

    @Test
    void certificate_ofAnotherHost_goesElsewhere() throws Exception {
        Path foreign = TestKeys.key(folder, "dns:other.example");
        Path both = TestKeys.trust(foreign);
        try (TlsServer wrong = new TlsServer(folder, "b1", foreign, "TLSv1.3")) {
            start("b1=" + wrong.url(), trusting(both));
            assertThat(get().statusCode()).isEqualTo(503);
        }
    }

    @Test
    void certificate_notTrusted_goesElsewhereWithTheBody() throws Exception {
        Path foreign = TestKeys.key(folder, "ip:127.0.0.1");
        try (TlsServer untrusted = new TlsServer(folder, "b1", foreign, "TLSv1.3");
                TlsServer good = new TlsServer(folder, "b2", key, "TLSv1.3")) {
            start("b1=" + untrusted.url() + ", b2=" + good.url(), trusting(trust));
            for (int i = 0; i < 4; i++) {
                HttpRequest request = HttpRequest.newBuilder(frontend.url("/echo"))
                        .POST(BodyPublishers.ofString("body " + i))
                        .build();
                assertThat(http.send(request, BodyHandlers.ofString()).body()).isEqualTo("body " + i);
            }
        }
    }

    @Test
    void certificate_unknownToTheJdk_notTrusted() throws Exception {
        try (TlsServer backend = new TlsServer(folder, "b1", key, "TLSv1.3")) {
            start("b1=" + backend.url(), Map.of());
            assertThat(get().statusCode()).isEqualTo(503);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void body_endedByTheConnection_truncationIsSeen(boolean withCloseNotify) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            start("b1=https://localhost:" + listener.getLocalPort(), trusting(trust));
            CompletableFuture<Void> backend = CompletableFuture.runAsync(
                    () -> answer(listener, withCloseNotify), task -> new Thread(task).start());
            if (withCloseNotify) {
                assertThat(get().body()).isEqualTo("body");
            } else {
                assertThatExceptionOfType(IOException.class).isThrownBy(this::get);
            }
            backend.get(2, TimeUnit.MINUTES);
        }
    }

    private static void answer(ServerSocket listener, boolean withCloseNotify) {
        try (Socket below = listener.accept();
                SSLSocket socket =
                        (SSLSocket) context().getSocketFactory().createSocket(below, null, /* autoClose= */ false)) {
            socket.setUseClientMode(false);
            new RawPeer(socket).readHead();
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\nbody".getBytes(ISO_8859_1));
            if (!withCloseNotify) {
                below.shutdownOutput();
            }
        } catch (Exception e) {
            if (withCloseNotify) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static SSLContext context() throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(TestKeys.load(key), TestKeys.PASSWORD.toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(TestKeys.load(trust));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    @Test
    void trustStore_wrong_stopsStart() {
        assertThatExceptionOfType(LifecycleException.class)
                .isThrownBy(() -> start("b1=https://localhost:1", Map.of("trustStore", "/no/such/file")))
                .havingRootCause()
                .withMessageContaining("trustStore: /no/such/file (expected: a key store that can be read)");
        frontend.close();
        frontend = null;
    }
}
