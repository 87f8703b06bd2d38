package io.jvmroute.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Sends bytes that no HTTP client would send. */
public final class RawClient {
    private static final int PATIENCE_MILLIS = 180_000;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3}) ?[^\r\n]*\r\n");

    private RawClient() {}

    /** All that comes back until the server closes. */
    public static String send(int port, String text) throws IOException {
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    public static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** The status codes in what came back. */
    public static List<String> statuses(String responses) {
        return STATUS.matcher(responses)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
