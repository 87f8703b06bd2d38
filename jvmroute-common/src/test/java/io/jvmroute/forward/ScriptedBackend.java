package io.jvmroute.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A listener whose connections each follow a script. What a script throws fails the test when the backend is closed. */
final class ScriptedBackend {
    /** What happens on one connection. It is closed when the script returns. */
    @FunctionalInterface
    interface Script {
        void run(Peer peer) throws Exception;
    }

    private static final long PATIENCE_MILLIS = 5000;

    private final ServerSocket listener;
    private final Thread acceptor;
    private final Queue<Script> scripts = new ConcurrentLinkedQueue<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final List<Throwable> faults = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean closed;

    /** The first connection follows the first script, and so on; more connections than scripts are a fault. */
    ScriptedBackend(Script... scripts) throws IOException {
        this.scripts.addAll(List.of(scripts));
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        acceptor = start(this::accept);
    }

    private Thread start(Runnable task) {
        Thread thread = new Thread(task, "scripted-backend");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                accepted.incrementAndGet();
                Script script = scripts.poll();
                if (script == null) {
                    faults.add(new AssertionError("a connection too many"));
                    socket.close();
                } else {
                    start(() -> run(script, socket));
                }
            }
        } catch (IOException e) {
            if (!listener.isClosed()) {
                faults.add(e);
            }
        }
    }

    private void run(Script script, Socket socket) {
        try (socket) {
            script.run(new Peer(socket));
        } catch (Throwable e) {
            if (!closed) {
                faults.add(e);
            }
        }
    }

    Node node() {
        return node("n1");
    }

    Node node(String incarnation) {
        URI url = URI.create("http://127.0.0.1:" + listener.getLocalPort());
        return new Node("n1", incarnation, url, NodeState.READY, 1, 0, 0, "1", true);
    }

    int accepted() {
        return accepted.get();
    }

    /** From now on connections are refused. */
    void stopListening() throws Exception {
        listener.close();
        acceptor.join(); // an accept that is under way keeps the port open
    }

    void close() throws Exception {
        stopListening();
        for (Thread thread : threads) {
            thread.join(PATIENCE_MILLIS);
        }
        closed = true;
        for (Socket socket : sockets) {
            socket.close();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (!faults.isEmpty()) {
            throw new AssertionError("backend: " + faults, faults.get(0));
        }
    }

    /** The backend's end of one connection. */
    static final class Peer {
        final Socket socket;
        final InputStream in;
        final OutputStream out;

        Peer(Socket socket) throws IOException {
            this.socket = socket;
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        /** A request head with its blank line. */
        String readHead() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int c = in.read();
                if (c < 0) {
                    throw new EOFException("after: " + head);
                }
                head.append((char) c);
            }
            return head.toString();
        }

        String readBody(int length) throws IOException {
            byte[] body = in.readNBytes(length);
            if (body.length < length) {
                throw new EOFException("after " + body.length + " bytes");
            }
            return new String(body, ISO_8859_1);
        }

        /** The size of the next chunk, whose payload and CRLF follow. */
        int readChunkSize() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c; (c = in.read()) != '\n'; ) {
                if (c < 0) {
                    throw new EOFException("in a chunk size");
                }
                line.append((char) c);
            }
            return Integer.parseInt(line.toString().trim(), 16);
        }

        void write(String text) throws IOException {
            out.write(text.getBytes(ISO_8859_1));
            out.flush();
        }

        void respond(String body) throws IOException {
            write("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Takes all that comes; the number of bytes. */
        long drain() {
            long count = 0;
            try {
                byte[] buffer = new byte[8192];
                for (int read; (read = in.read(buffer)) >= 0; ) {
                    count += read;
                }
            } catch (IOException e) {
                return count; // a reset ends it as well
            }
            return count;
        }

        void awaitEnd() throws IOException {
            try {
                if (in.read() >= 0) {
                    throw new AssertionError("a byte too many");
                }
            } catch (IOException e) {
                return; // a reset ends it as well
            }
        }
    }
}
