package io.jvmroute.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.jvmroute.http.Hosts;
import io.jvmroute.http1.HttpSyntaxException;
import io.jvmroute.http1.ResponseHeadParser;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Asks a backend something, on a connection of its own. Thread-safe; blocks for as long as the two times together at most. */
public final class HealthProbe {
    private static final int LIMIT = 16 * 1024;
    private static final int MAX_FIELDS = 128;

    private final BackendTls tls;
    private final Duration connectTimeout;
    private final Duration answerTimeout;

    /** What a server does when it is looked at. */
    public enum Sign {
        /** It answers. */
        ANSWERS,
        /** Its host says that nobody listens there. */
        REFUSES,
        /** Neither. A process that is frozen accepts connections, a host that is cut off says nothing. */
        SILENT,
        /** It was not tried: this process has no socket left, or does not know its address. */
        UNTRIED
    }

    /**
     * A probe.
     *
     * @param tls for backends with an https url
     * @param connectTimeout how long a connection may take
     * @param answerTimeout how long the head of the answer may take then, the handshake of TLS included
     */
    public HealthProbe(BackendTls tls, Duration connectTimeout, Duration answerTimeout) {
        this.tls = tls;
        this.connectTimeout = connectTimeout;
        this.answerTimeout = answerTimeout;
    }

    /**
     * The status of the answer to a GET.
     *
     * @param url the backend
     * @param path the target of the request
     * @throws IOException if there is none, or none that HTTP/1.1 allows
     */
    public int ask(URI url, String path) throws IOException {
        return ask(url, "GET", path);
    }

    /**
     * Whether a server answers at all: it is asked for its options (RFC 9110 §9.3.7), which no application has to think about.
     *
     * @param url the server
     */
    public Sign look(URI url) {
        return sign(() -> ask(url, "OPTIONS", "*"));
    }

    /**
     * Whether a server accepts connections in the time that this probe gives them; it is not asked anything.
     *
     * @param url the server
     */
    public Sign knock(URI url) {
        return knock(url, connectTimeout);
    }

    /**
     * Whether a server accepts connections; it is not asked anything.
     *
     * @param url the server
     * @param limit how long that may take
     */
    public static Sign knock(URI url, Duration limit) {
        return sign(() -> {
            try (Socket socket = new Socket()) {
                connect(socket, url, limit);
            }
        });
    }

    /** What is tried with a server. */
    @FunctionalInterface
    private interface Attempt {
        void run() throws IOException;
    }

    private static Sign sign(Attempt attempt) {
        try {
            attempt.run();
            return Sign.ANSWERS;
        } catch (ConnectException e) {
            return Sign.REFUSES;
        } catch (LocalFailureException e) {
            return Sign.UNTRIED;
        } catch (IOException e) {
            return Sign.SILENT;
        }
    }

    private static void connect(Socket socket, URI url, Duration limit) throws IOException {
        try {
            socket.connect(
                    new InetSocketAddress(Hosts.unbracketed(url.getHost()), url.getPort()), (int) limit.toMillis());
        } catch (ConnectException | SocketTimeoutException | NoRouteToHostException e) {
            throw e;
        } catch (IOException e) {
            if (e instanceof BindException && !ProxyError.isWantOfPorts(e)) {
                throw e; // prohibited on the way
            }
            throw new LocalFailureException(e);
        }
    }

    private int ask(URI url, String method, String target) throws IOException {
        String host = url.getHost();
        String address = Hosts.unbracketed(host);
        try (Socket plain = new Socket()) {
            connect(plain, url, connectTimeout);
            long deadline = System.nanoTime() + answerTimeout.toNanos();
            plain.setSoTimeout((int) answerTimeout.toMillis());
            try (Socket socket = "https".equals(url.getScheme()) ? secured(plain, address, url.getPort()) : plain) {
                String request = method + " " + target + " HTTP/1.1\r\nHost: " + host + ':' + url.getPort()
                        + "\r\nUser-Agent: jvmroute\r\nConnection: close\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(US_ASCII));
                return status(socket, deadline);
            }
        }
    }

    private Socket secured(Socket plain, String host, int port) throws IOException {
        SSLSocket socket =
                (SSLSocket) tls.context().getSocketFactory().createSocket(plain, host, port, /* autoClose= */ true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static int status(Socket socket, long deadline) throws IOException {
        ResponseHeadParser head = new ResponseHeadParser(LIMIT, MAX_FIELDS);
        InputStream in = socket.getInputStream();
        byte[] bytes = new byte[1024];
        head.reset(/* answersHead= */ false);
        while (true) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("no answer in time");
            }
            socket.setSoTimeout((int) left);
            int count = in.read(bytes);
            if (count < 0) {
                throw new EOFException("closed without an answer");
            }
            ByteBuffer read = ByteBuffer.wrap(bytes, 0, count);
            while (read.hasRemaining()) {
                if (parsed(head, read)) {
                    if (!head.isInterim()) {
                        return head.status();
                    }
                    head.reset(/* answersHead= */ false);
                }
            }
        }
    }

    private static boolean parsed(ResponseHeadParser head, ByteBuffer read) throws IOException {
        try {
            return head.parse(read);
        } catch (HttpSyntaxException e) {
            throw new IOException("no HTTP/1.1: " + e.getMessage(), e);
        }
    }
}
