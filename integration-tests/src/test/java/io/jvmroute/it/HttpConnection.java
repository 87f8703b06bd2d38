package io.jvmroute.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A connection that sends what it is told to, and reads no further than it must: nothing is corrected, hidden or repeated. */
public final class HttpConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 180_000;

    private final Socket socket;
    private final InputStream in;

    /** The server has closed the connection before a response. */
    public static final class ClosedException extends IOException {
        private static final long serialVersionUID = 1;

        ClosedException(IOException cause) {
            super(cause);
        }
    }

    /**
     * The head of a response.
     *
     * @param fields name and value, in order
     */
    public record Head(int status, List<String[]> fields) {
        /** The value of a field, empty without one. */
        public String field(String lowerCaseName) {
            return fields.stream()
                    .filter(field -> field[0].toLowerCase(Locale.ROOT).equals(lowerCaseName))
                    .map(field -> field[1])
                    .findFirst()
                    .orElse("");
        }
    }

    /**
     * The body of a response.
     *
     * @param whole whether it ended where it said
     * @param trailers the lines after it
     */
    public record Body(String text, boolean whole, List<String> trailers) {}

    HttpConnection(int port) throws IOException {
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
    }

    /** To this address; a wait of more than {@code patienceMillis} is a failure. */
    public HttpConnection(InetSocketAddress address, int patienceMillis) throws IOException {
        socket = new Socket();
        try {
            socket.connect(address, patienceMillis);
            socket.setSoTimeout(patienceMillis);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends a head and the beginning of a body. */
    public void write(byte[] head, byte[] body, int bodyLength) throws ClosedException {
        try {
            socket.getOutputStream().write(head);
            socket.getOutputStream().write(body, 0, bodyLength);
        } catch (IOException e) {
            throw new ClosedException(e);
        }
    }

    /** The head of the final response, or of the switch to another protocol. */
    public Head readHead() throws ClosedException {
        try {
            Head head;
            do {
                head = readAnyHead();
            } while (head.status() < 200 && head.status() != 101);
            return head;
        } catch (IOException e) {
            throw new ClosedException(e);
        }
    }

    private Head readAnyHead() throws IOException {
        int status = Integer.parseInt(readLine().substring(9, 12));
        List<String[]> fields = new ArrayList<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            fields.add(new String[] {
                line.substring(0, colon), line.substring(colon + 1).strip()
            });
        }
        return new Head(status, fields);
    }

    /** As many bytes, of whatever follows an upgrade. */
    public byte[] read(int length) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        copy(length, bytes);
        return bytes.toByteArray();
    }

    /**
     * What comes within so many ms, if it is less than a buffer.
     *
     * @return null if nothing more comes: the other side has closed or reset the connection
     */
    public byte @Nullable [] poll(int millis) throws IOException {
        byte[] buffer = new byte[8192];
        int patience = socket.getSoTimeout();
        socket.setSoTimeout(millis);
        try {
            int read = in.read(buffer);
            return read < 0 ? null : Arrays.copyOf(buffer, read);
        } catch (SocketTimeoutException e) {
            return new byte[0];
        } catch (SocketException e) {
            return null;
        } finally {
            socket.setSoTimeout(patience);
        }
    }

    /** All of the body, or as much as comes. */
    public Body readBody(Head head) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        List<String> trailers = new ArrayList<>();
        try {
            String length = head.field("content-length");
            if (head.field("transfer-encoding").equals("chunked")) {
                for (int size = readSize(); size > 0; size = readSize()) {
                    copy(size, body);
                    readLine();
                }
                for (String line = readLine(); !line.isEmpty(); line = readLine()) {
                    trailers.add(line);
                }
            } else if (!length.isEmpty()) {
                copy(Integer.parseInt(length), body);
            } else if (head.status() != 204 && head.status() != 304) {
                in.transferTo(body);
            }
            return new Body(body.toString(ISO_8859_1), /* whole= */ true, trailers);
        } catch (IOException e) {
            return new Body(body.toString(ISO_8859_1), /* whole= */ false, trailers);
        }
    }

    /** The first bytes of the body. */
    byte[] readSome(Head head) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            String length = head.field("content-length");
            copy(length.isEmpty() ? readSize() : Integer.parseInt(length) / 2, body);
        } catch (IOException e) {
            return body.toByteArray(); // less came
        }
        return body.toByteArray();
    }

    private void copy(int length, ByteArrayOutputStream to) throws IOException {
        byte[] buffer = new byte[8192];
        for (int left = length; left > 0; ) {
            int read = in.read(buffer, 0, Math.min(left, buffer.length));
            if (read < 0) {
                throw new IOException("cut off");
            }
            to.write(buffer, 0, read);
            left -= read;
        }
    }

    private int readSize() throws IOException {
        return Integer.parseInt(readLine(), 16);
    }

    private String readLine() throws IOException {
        return readLine(in);
    }

    /** One line without its end, in ISO 8859-1. */
    static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("end after: " + line);
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    /** Sends text as it is. */
    public void write(String text) throws ClosedException {
        write(text.getBytes(ISO_8859_1), new byte[0], 0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
