package io.jvmroute.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One HTTP/2 connection by prior knowledge (RFC 9113), frame by frame, for what no client library lets a test do. */
public final class Http2Client implements AutoCloseable {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final HeaderBlocks headers;
    private int lastStream = -1;

    /** Reads the header blocks of one connection, in order: each field as {@code name: value} (RFC 7541). */
    @FunctionalInterface
    public interface HeaderBlocks {
        List<String> read(byte[] block) throws IOException;
    }

    /** What came for a stream: a header block, or a part of the body. */
    public record Part(List<String> fields, String data, boolean last, boolean reset) {}

    public Http2Client(int port, HeaderBlocks headers) throws IOException {
        this.headers = headers;
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(180_000);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
        frame(SETTINGS, 0, 0, new byte[0]);
    }

    private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        out.writeInt(payload.length << 8 | type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
        out.flush();
    }

    /** Begins a request; fields are {@code name: value}. */
    public int request(String method, String path, boolean last, String... fields) throws IOException {
        lastStream += 2;
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        field(block, ":method", method);
        field(block, ":scheme", "http");
        field(block, ":path", path);
        field(block, ":authority", "127.0.0.1:" + socket.getPort());
        fields(block, fields);
        frame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), lastStream, block.toByteArray());
        return lastStream;
    }

    public void data(int stream, String data, boolean last) throws IOException {
        frame(DATA, last ? END_STREAM : 0, stream, data.getBytes(ISO_8859_1));
    }

    public void trailers(int stream, String... fields) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        fields(block, fields);
        frame(HEADERS, END_HEADERS | END_STREAM, stream, block.toByteArray());
    }

    public void reset(int stream) throws IOException {
        frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}); // CANCEL
    }

    private static void fields(ByteArrayOutputStream block, String... fields) {
        for (String field : fields) {
            int colon = field.indexOf(':', 1);
            field(block, field.substring(0, colon), field.substring(colon + 2));
        }
    }

    /** RFC 7541 §6.2.2: a literal without indexing. */
    private static void field(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        text(block, name);
        text(block, value);
    }

    private static void text(ByteArrayOutputStream block, String text) {
        if (text.length() > 126) {
            throw new IllegalArgumentException(text);
        }
        block.write(text.length());
        block.writeBytes(text.getBytes(ISO_8859_1));
    }

    /** The next part for the stream. */
    public Part next(int stream) throws IOException {
        while (true) {
            Frame frame = read();
            List<String> fields = frame.type() == HEADERS ? headers.read(frame.payload()) : List.of();
            if (frame.stream() == stream && frame.type() != WINDOW_UPDATE) {
                String data = frame.type() == DATA ? new String(frame.payload(), ISO_8859_1) : "";
                return new Part(fields, data, (frame.flags() & END_STREAM) != 0, frame.type() == RST_STREAM);
            }
        }
    }

    /** The bodies of that many streams, by stream, each with status 200. */
    public Map<Integer, String> bodies(int count) throws IOException {
        Map<Integer, String> bodies = new HashMap<>();
        int ended = 0;
        while (ended < count) {
            Frame frame = read();
            if (frame.stream() > 0 && frame.type() == HEADERS) {
                if (!headers.read(frame.payload()).contains(":status: 200")) {
                    throw new IOException("stream " + frame.stream() + " failed");
                }
                bodies.merge(frame.stream(), "", String::concat);
            } else if (frame.type() == DATA) {
                bodies.merge(frame.stream(), new String(frame.payload(), ISO_8859_1), String::concat);
            } else if (frame.type() == RST_STREAM) {
                throw new IOException("stream " + frame.stream() + " was reset");
            }
            ended += (frame.type() == DATA || frame.type() == HEADERS) && (frame.flags() & END_STREAM) != 0 ? 1 : 0;
        }
        return bodies;
    }

    @SuppressWarnings("ArrayRecordComponent") // nobody compares frames
    private record Frame(int type, int flags, int stream, byte[] payload) {}

    private Frame read() throws IOException {
        int lengthAndType = in.readInt();
        int flags = in.readByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(lengthAndType >>> 8);
        int type = lengthAndType & 0xff;
        if (type == SETTINGS && (flags & 1) == 0) {
            frame(SETTINGS, 1, 0, new byte[0]);
        } else if (type == PING && (flags & 1) == 0) {
            frame(PING, 1, 0, payload);
        }
        return new Frame(type, flags, stream, payload);
    }

    /** All that comes until the stream ends. */
    public List<Part> response(int stream) throws IOException {
        List<Part> parts = new ArrayList<>();
        do {
            parts.add(next(stream));
        } while (!parts.get(parts.size() - 1).last()
                && !parts.get(parts.size() - 1).reset());
        return parts;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
