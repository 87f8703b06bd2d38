package io.jvmroute.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Keeps its TLS session for all ports, as behind one address, and opens a connection for each request. */
public final class TlsClient {
    private final SSLContext tls;
    private final String protocol;

    /** When its sessions began: one, as long as it could resume. */
    public final Set<Long> handshakes = new HashSet<>();

    /** A client that speaks {@code protocol} alone. */
    public TlsClient(Path trust, String protocol) throws Exception {
        tls = TestKeys.client(null, trust);
        this.protocol = protocol;
    }

    /** The whole answer to a GET of {@code /plain} with these fields. */
    public String get(int port, String... fields) throws Exception {
        try (Socket plain = new OneAddress();
                SSLSocket socket = connect(plain, port)) {
            StringBuilder head = new StringBuilder("GET /plain HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
            for (String field : fields) {
                head.append(field).append("\r\n");
            }
            socket.getOutputStream().write(head.append("\r\n").toString().getBytes(ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            handshakes.add(socket.getSession().getCreationTime());
            return answer;
        }
    }

    private SSLSocket connect(Socket plain, int port) throws Exception {
        plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        SSLSocket socket =
                (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", 443, /* autoClose= */ true);
        socket.setEnabledProtocols(new String[] {protocol});
        return socket;
    }

    /** The JDK keeps TLS sessions by host and port. */
    private static final class OneAddress extends Socket {
        @Override
        public int getPort() {
            return 443;
        }
    }
}
