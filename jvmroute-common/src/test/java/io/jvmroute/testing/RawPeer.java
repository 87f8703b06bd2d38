package io.jvmroute.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/** One end of a connection, byte by byte in ISO 8859-1. */
public final class RawPeer implements AutoCloseable {
    /** The other end closed, and had never sent a byte. */
    static final class NothingCameException extends EOFException {
        private static final long serialVersionUID = 1;
    }

    public final Socket socket;
    public final InputStream in;
    public final OutputStream out;
    private boolean heard;

    public RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(180_000);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    public static RawPeer connect(int port) throws IOException {
        return new RawPeer(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    public void write(String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
    }

    /** What comes up to and with {@code end}. */
    public String readUntil(String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith(end)) {
            int c = in.read();
            if (c < 0) {
                throw heard ? new EOFException("after: " + text) : new NothingCameException();
            }
            heard = true;
            text.append((char) c);
        }
        return text.toString();
    }

    /** A head with its blank line. */
    public String readHead() throws IOException {
        return readUntil("\r\n\r\n");
    }

    public String read(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("after: " + new String(bytes, ISO_8859_1));
        }
        return new String(bytes, ISO_8859_1);
    }

    /** All that comes until the other end closes. */
    public String readAll() throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    /** Waits until the other end is gone; a reset is as good as a close. */
    public void awaitEnd() {
        try {
            in.readAllBytes();
        } catch (IOException e) {
            if (e instanceof java.net.SocketTimeoutException) {
                throw new AssertionError("still open", e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
