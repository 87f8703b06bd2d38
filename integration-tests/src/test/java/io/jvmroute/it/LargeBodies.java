package io.jvmroute.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/** Bodies larger than the frontend's heap, down and up. */
final class LargeBodies {
    /**
     * What was seen.
     *
     * @param growth of the frontend's heap after collection, in bytes
     */
    record Result(boolean downIntact, boolean upIntact, long growth) {}

    private LargeBodies() {}

    static Result run(long bytes) throws IOException {
        try (ParityNodes nodes = ParityNodes.start("bodies");
                NodeJmx jmx = nodes.jmx()) {
            String cookie = nodes.session();
            long checksum = checksum(bytes);
            down(nodes.frontend(), cookie, 1 << 20);
            up(nodes.frontend(), cookie, 1 << 20);
            long heap = jmx.heapAfterGc();
            long[] down = down(nodes.frontend(), cookie, bytes);
            String up = up(nodes.frontend(), cookie, bytes);
            return new Result(
                    down[0] == bytes && down[1] == checksum,
                    up.contains("body application/octet-stream " + bytes + " " + checksum + System.lineSeparator()),
                    jmx.heapAfterGc() - heap);
        }
    }

    private static long checksum(long bytes) throws IOException {
        CRC32 checksum = new CRC32();
        EchoServlet.fill(new CheckedOutputStream(java.io.OutputStream.nullOutputStream(), checksum), bytes);
        return checksum.getValue();
    }

    private static HttpURLConnection open(int port, String path, String cookie) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        connection.setRequestProperty("Cookie", cookie);
        return connection;
    }

    private static long[] down(int port, String cookie, long bytes) throws IOException {
        try (InputStream in = open(port, "/echo/down/" + bytes, cookie).getInputStream()) {
            return EchoServlet.checksum(in);
        }
    }

    private static String up(int port, String cookie, long bytes) throws IOException {
        HttpURLConnection connection = open(port, "/echo/up", cookie);
        connection.setRequestMethod("PUT");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/octet-stream");
        connection.setFixedLengthStreamingMode(bytes);
        EchoServlet.fill(connection.getOutputStream(), bytes);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (InputStream in = connection.getInputStream()) {
            in.transferTo(answer);
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }
}
