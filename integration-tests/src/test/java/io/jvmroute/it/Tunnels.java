package io.jvmroute.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Many WebSockets to Tomcat's own echo example, on one thread. */
final class Tunnels implements AutoCloseable {
    private static final String TEXT = "a message of thirty-two characters".substring(0, 32);
    private static final long PERIOD_NANOS = 1_000_000;

    private final URI node;
    private final Selector selector = Selector.open();
    private final List<SelectionKey> sockets = new ArrayList<>();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(4096);

    /** What is under way on one of them. */
    private static final class Echo {
        private long sent;
        private int missing;
    }

    /** None yet, to this node. */
    Tunnels(URI node) throws IOException {
        this.node = node;
    }

    /** Opens this many, one after the other. */
    void open(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel socket = SocketChannel.open(new InetSocketAddress(node.getHost(), node.getPort()));
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            String request = "GET /examples/websocket/echoAnnotation HTTP/1.1\r\nHost: " + node.getAuthority()
                    + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            socket.write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
            readHead(socket);
            socket.configureBlocking(false);
            sockets.add(socket.register(selector, SelectionKey.OP_READ, new Echo()));
        }
    }

    private void readHead(SocketChannel socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            if (socket.read(scratch.clear()) < 0) {
                throw new EOFException("after: " + head);
            }
            head.append(US_ASCII.decode(scratch.flip()));
        }
        if (!head.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException(head + " (expected: 101)");
        }
    }

    /** Sends a message a millisecond, each on the next of the first {@code among}; the times until they came back, in ns, sorted. */
    long[] echo(int among, int messages) throws IOException {
        long[] times = new long[messages];
        int sent = 0;
        int received = 0;
        long due = System.nanoTime();
        while (received < messages) {
            long now = System.nanoTime();
            if (sent < messages && now >= due && echoOf(sockets.get(sent % among)).missing == 0) {
                send(sockets.get(sent++ % among));
                due = Math.max(due + PERIOD_NANOS, now);
            }
            selector.select(1);
            for (SelectionKey ready : selector.selectedKeys()) {
                if (receive(ready)) {
                    times[received++] = System.nanoTime() - echoOf(ready).sent;
                }
            }
            selector.selectedKeys().clear();
        }
        Arrays.sort(times);
        return times;
    }

    private static Echo echoOf(SelectionKey socket) {
        return (Echo) socket.attachment();
    }

    /** RFC 6455 §5.2: a text frame, masked with zeros. */
    private void send(SelectionKey socket) throws IOException {
        scratch.clear().put((byte) 0x81).put((byte) (0x80 | TEXT.length())).putInt(0);
        scratch.put(TEXT.getBytes(US_ASCII)).flip();
        Echo echo = echoOf(socket);
        echo.missing = 2 + TEXT.length();
        echo.sent = System.nanoTime();
        ((SocketChannel) socket.channel()).write(scratch);
    }

    /** Whether the message is whole. */
    private boolean receive(SelectionKey socket) throws IOException {
        int read = ((SocketChannel) socket.channel()).read(scratch.clear());
        Echo echo = echoOf(socket);
        echo.missing -= read;
        if (read < 0 || echo.missing < 0) {
            throw new IOException("closed, or bytes nobody waits for");
        }
        return read > 0 && echo.missing == 0;
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey socket : sockets) {
            socket.channel().close();
        }
        selector.close();
    }
}
