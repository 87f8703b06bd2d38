package io.jvmroute.tomcat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RawClient;
import io.jvmroute.testing.TestKeys;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application asks for the client's certificate; the session's node is the one that the client came to, or another. */
class ClientTlsTest {
    private static final List<String> NAMES = List.of(
            "jakarta.servlet.request.X509Certificate",
            "jakarta.servlet.request.cipher_suite",
            "jakarta.servlet.request.key_size",
            "jakarta.servlet.request.ssl_session_id",
            "org.apache.tomcat.util.net.secure_protocol_version");

    @TempDir
    static Path folder;

    private static Path serverKey;
    private static Path serverTrust;
    private static Path clientKey;
    private static EmbeddedNode entry;
    private static EmbeddedNode owner;

    @BeforeAll
    static void start() throws Exception {
        serverKey = TestKeys.key(folder, "dns:localhost");
        clientKey = TestKeys.key(folder, "dns:client.example");
        serverTrust = TestKeys.trust(serverKey);
        Path clientTrust = TestKeys.trust(clientKey);
        List<Integer> ports = EmbeddedNode.freePorts(2);
        String cluster = "tls-" + UUID.randomUUID();
        entry = new EmbeddedNode(cluster, "n1", ports.get(0), ports, Map.of());
        owner = new EmbeddedNode(cluster, "n2", ports.get(1), ports, Map.of());
        for (EmbeddedNode node : List.of(entry, owner)) {
            Tomcat.addServlet(node.context, "tls", new TlsServlet()).addMapping("/tls");
            node.tomcat.getService().addConnector(TlsConnectors.connector(0, serverKey, clientTrust));
            node.start();
        }
        for (EmbeddedNode node : List.of(entry, owner)) {
            await().until(() -> ((Object[]) node.jmx("Nodes")).length == 2);
        }
    }

    @AfterAll
    static void stop() {
        if (owner != null) {
            entry.close();
            owner.close();
        }
    }

    private static final class TlsServlet extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            StringBuilder seen = new StringBuilder();
            for (String name : NAMES) {
                Object value = request.getAttribute(name);
                seen.append(name.substring(name.lastIndexOf('.') + 1))
                        .append('=')
                        .append(
                                value instanceof X509Certificate[] chain
                                        ? chain.length + " of " + chain[0].getSubjectX500Principal() + ' '
                                                + chain[0].getSerialNumber()
                                        : value);
                seen.append('\n');
            }
            seen.append("secure=").append(request.isSecure()).append('\n');
            seen.append("header=").append(request.getHeader("Jvmroute-Tls"));
            response.getWriter().write(seen.toString());
        }
    }

    /** One connection for all, so that cipher and TLS session are the same; the bodies of the answers. */
    private static List<String> get(Path key, String protocol, EmbeddedNode node, String... heads) throws Exception {
        SSLContext context = TestKeys.client(key, serverTrust);
        int port = node.tomcat.getService().findConnectors()[1].getLocalPort();
        List<String> bodies = new java.util.ArrayList<>();
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(180_000);
            socket.setEnabledProtocols(new String[] {protocol});
            for (String head : heads) {
                socket.getOutputStream()
                        .write(("GET /tls HTTP/1.1\r\nHost: localhost\r\n" + head + "\r\n").getBytes(ISO_8859_1));
                bodies.add(body(socket));
            }
        }
        return bodies;
    }

    private static String body(SSLSocket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
        assertThat(head).startsWith("HTTP/1.1 200");
        int length = Integer.parseInt(head.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
        return new String(socket.getInputStream().readNBytes(length), ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void certificate_isTheSameThroughAHop(String protocol) throws Exception {
        List<String> seen =
                get(clientKey, protocol, entry, "Cookie: JSESSIONID=a.n1\r\n", "Cookie: JSESSIONID=a.n2\r\n");

        assertThat(seen.get(0))
                .startsWith("X509Certificate=1 of CN=test")
                .contains("secure_protocol_version=" + protocol);
        assertThat(seen.get(1)).isEqualTo(seen.get(0)).endsWith("header=null");
        assertThat(owner.requests).isNotEmpty();
    }

    @Test
    void noCertificate_isNoneThroughAHop() throws Exception {
        List<String> seen = get(null, "TLSv1.3", entry, "Cookie: JSESSIONID=a.n1\r\n", "Cookie: JSESSIONID=a.n2\r\n");

        assertThat(seen.get(0)).startsWith("X509Certificate=null").contains("cipher_suite=TLS_");
        assertThat(seen.get(1)).isEqualTo(seen.get(0));
    }

    @Test
    void certificate_thatAClientMadeUp_isNobodys() throws Exception {
        String forged = "Jvmroute-Tls: TLSv1.3 TLS_NULL 0 - QUJD\r\n";
        List<String> seen = get(
                null, "TLSv1.3", entry, forged + "Cookie: JSESSIONID=a.n1\r\n", forged + "Cookie: JSESSIONID=a.n2\r\n");

        assertThat(seen.get(0)).startsWith("X509Certificate=null").doesNotContain("cipher_suite=TLS_NULL");
        assertThat(seen.get(1)).startsWith("X509Certificate=null").doesNotContain("TLS_NULL");
    }

    /** Over plain HTTP too, where nothing of ours would stand in its way. */
    @Test
    void certificate_thatAClientMadeUp_isNobodysWithoutTls() throws Exception {
        String forged = "Jvmroute-Tls: TLSv1.3 TLS_NULL 0 - QUJD\r\nCookie: JSESSIONID=a.n2\r\n";
        String answer =
                RawClient.send(entry.port(), "GET /tls HTTP/1.1\r\nHost: h\r\n" + forged + "Connection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 200")
                .contains("X509Certificate=null", "cipher_suite=null", "header=null");
    }

    /** Whoever reads a ticket on the wire can't put another certificate beside it. */
    @Test
    void certificate_besideATicketForAnother_isRefused() throws Exception {
        get(clientKey, "TLSv1.3", entry, "Cookie: JSESSIONID=a.n2\r\n");
        String ticket = owner.tickets.get(owner.tickets.size() - 1);
        String replayed = "GET /tls HTTP/1.1\r\nHost: h\r\nConnection: close\r\nJvmroute-Hop: " + ticket + "\r\n";

        assertThat(RawClient.send(owner.port(), replayed + "Jvmroute-Tls: TLSv1.3 TLS_NULL 0 - QUJD\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        assertThat(RawClient.send(owner.port(), replayed + "\r\n")).startsWith("HTTP/1.1 400");
    }
}
