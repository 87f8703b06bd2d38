package io.jvmroute.tomcat;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.testing.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Streams that are reset as soon as they are opened (CVE-2023-44487), each of which begins a forward. */
final class RapidResetTest {
    private static final int STREAMS = 10_000;
    private static final int STREAMS_AT_A_TIME = 100;

    @Test
    void streams_resetAtOnce_leaveNothing() throws Exception {
        try (TwoNodes nodes = new TwoNodes("reset", /* h2c= */ true)) {
            byte[] head = head("/rec/reset", nodes.cookie.substring("Cookie: ".length()));
            int connections = 0;
            for (int sent = 0; sent < STREAMS; connections++) {
                sent += reset(nodes.frontend.port(), head, STREAMS - sent);
            }
            System.out.printf(
                    "%d streams reset on %d connections, %d served%n",
                    STREAMS, connections, nodes.recorder.served.size());

            TwoNodes.awaitNothingLeft(nodes.frontend);
            assertThat(nodes.recorder.served).allMatch("GET /rec/reset"::equals);
            String response = RawClient.send(
                    nodes.frontend.port(),
                    "GET /rec/after HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + nodes.cookie + "\r\n\r\n");
            assertThat(response).startsWith("HTTP/1.1 200").contains("GET /rec/after");
        }
    }

    /** Opens and resets streams on one connection until Tomcat has enough of it; how many. */
    private static int reset(int port, byte[] head, int count) throws IOException {
        try (Socket socket = RawClient.connect(port)) {
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
            socket.getOutputStream().write(frame(4, 0, 0, new byte[0]));
            for (int sent = 0; sent < count; ) {
                ByteArrayOutputStream frames = new ByteArrayOutputStream();
                for (int i = 0; i < STREAMS_AT_A_TIME && sent < count; i++) {
                    int stream = 2 * sent++ + 1;
                    frames.write(frame(1, 0x5, stream, head)); // HEADERS with END_HEADERS and END_STREAM
                    frames.write(frame(3, 0, stream, new byte[] {0, 0, 0, 8})); // RST_STREAM: CANCEL
                }
                try {
                    socket.getOutputStream().write(frames.toByteArray());
                    socket.getInputStream().skip(socket.getInputStream().available());
                } catch (IOException closedByTheFrontend) {
                    return sent;
                }
            }
            return count;
        }
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putShort((short) (payload.length >> 8))
                .put((byte) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** RFC 7541: {@code :method GET} and {@code :scheme http} by their index, the others as literals of an indexed name. */
    private static byte[] head(String path, String cookie) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(0x82);
        head.write(0x86);
        literal(head, path, 0x04);
        literal(head, "h", 0x01);
        literal(head, cookie, 0x0f, 0x11);
        return head.toByteArray();
    }

    private static void literal(ByteArrayOutputStream head, String value, int... name) throws IOException {
        for (int octet : name) {
            head.write(octet);
        }
        head.write(value.length()); // below 127
        head.write(value.getBytes(US_ASCII));
    }
}
