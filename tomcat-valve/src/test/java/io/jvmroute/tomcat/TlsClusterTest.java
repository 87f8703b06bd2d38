package io.jvmroute.tomcat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.TestKeys;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes that reach each other over TLS, and clients that speak TLS to them, over HTTP/1.1 and HTTP/2. */
class TlsClusterTest {
    @TempDir
    static Path folder;

    private static Path serverTrust;
    private static Path clientKey;
    private static EmbeddedNode entry;
    private static EmbeddedNode owner;

    @BeforeAll
    static void start() throws Exception {
        Path serverKey = TestKeys.key(folder, "dns:localhost");
        clientKey = TestKeys.key(folder, "dns:client.example");
        serverTrust = TestKeys.trust(serverKey);
        Path clientTrust = TestKeys.trust(clientKey);
        List<Integer> ports = EmbeddedNode.freePorts(4);
        List<Integer> grid = ports.subList(0, 2);
        String cluster = "tls-cluster-" + UUID.randomUUID();
        entry = node(cluster, "n1", grid.get(0), grid, ports.get(2));
        owner = node(cluster, "n2", grid.get(1), grid, ports.get(3));
        for (EmbeddedNode node : List.of(entry, owner)) {
            Tomcat.addServlet(node.context, "what", new WhatServlet()).addMapping("/what");
            Connector connector = TlsConnectors.connector(ports.get(node == entry ? 2 : 3), serverKey, clientTrust);
            connector.addUpgradeProtocol(new Http2Protocol());
            node.tomcat.getService().addConnector(connector);
            node.start();
        }
        for (EmbeddedNode node : List.of(entry, owner)) {
            await().until(() -> ((Object[]) node.jmx("Nodes")).length == 2);
        }
    }

    private static EmbeddedNode node(
            String cluster, String route, int hazelcastPort, List<Integer> members, int tlsPort) {
        Map<String, String> options = Map.of(
                "url",
                "https://localhost:" + tlsPort,
                "trustStore",
                serverTrust.toString(),
                "trustStorePassword",
                TestKeys.PASSWORD);
        return new EmbeddedNode(cluster, route, hazelcastPort, members, options);
    }

    @AfterAll
    static void stop() {
        for (EmbeddedNode node : Arrays.asList(entry, owner)) {
            if (node != null) {
                node.close();
            }
        }
    }

    /** Says what an application can ask of a request. */
    private static final class WhatServlet extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            byte[] body = request.getInputStream().readAllBytes();
            Object chain = request.getAttribute("jakarta.servlet.request.X509Certificate");
            response.getWriter()
                    .println(String.join(
                            " ",
                            request.getMethod(),
                            request.getRequestURL() + "?" + request.getQueryString(),
                            Boolean.toString(request.isSecure()),
                            request.getRemoteAddr(),
                            String.valueOf(request.getAttribute("jakarta.servlet.request.cipher_suite")),
                            chain instanceof X509Certificate[] known
                                    ? known[0].getSerialNumber().toString()
                                    : "no certificate",
                            body.length + " " + Arrays.hashCode(body)));
        }
    }

    private static HttpResponse<String> send(HttpClient client, String route, String method, BodyPublisher body)
            throws Exception {
        int port = entry.tomcat.getService().findConnectors()[1].getLocalPort();
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/what?a=1&b"))
                .header("Cookie", "JSESSIONID=a." + route)
                .method(method, body)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString(ISO_8859_1));
    }

    private static HttpClient client(HttpClient.Version version) throws Exception {
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(TestKeys.client(clientKey, serverTrust))
                .build();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void request_overTls_isTheSameThroughAHopOverTls(HttpClient.Version version) throws Exception {
        HttpClient client = client(version);
        byte[] large = new byte[300_000];
        Arrays.fill(large, (byte) 'x');
        for (BodyPublisher body : List.of(
                BodyPublishers.noBody(),
                BodyPublishers.ofString("hello"),
                BodyPublishers.ofByteArray(large),
                BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(large)))) { // of unknown length
            for (String method : List.of("GET", "POST", "DELETE")) {
                int before = owner.requests.size();
                HttpResponse<String> here = send(client, "n1", method, body);
                assertThat(owner.requests).hasSize(before);

                HttpResponse<String> there = send(client, "n2", method, body);

                assertThat(owner.requests).hasSize(before + 1);
                assertThat(owner.spy.schemes.get(before)).as("of the hop").isEqualTo("https");
                assertThat(there.version()).isEqualTo(version);
                assertThat(there.statusCode()).isEqualTo(200);
                assertThat(there.body())
                        .isEqualTo(here.body())
                        .startsWith(method + " https://localhost:")
                        .contains("?a=1&b true 127.0.0.1 TLS_")
                        .doesNotContain("no certificate");
            }
        }
    }
}
