package io.jvmroute.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** A server that knows nothing of us and answers each request with the next of the given texts, whatever it was. */
final class HostileBackend implements AutoCloseable {
    /** At the end of an answer: the connection is closed behind it. */
    static final String CLOSE = "<close>";

    /** At the start of an answer: its bytes come one by one. */
    static final String SLOWLY = "<slowly>";

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();

    HostileBackend() throws IOException {
        start(this::accept);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "hostile-backend");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                start(() -> serve(socket));
            }
        } catch (IOException e) {
            if (!listener.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            while (readHead(in)) {
                String answer = answers.take();
                write(socket.getOutputStream(), answer.replace(CLOSE, ""));
                if (answer.endsWith(CLOSE)) {
                    return;
                }
            }
        } catch (IOException e) {
            return; // the frontend gave this connection up, as most of these tests want it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean readHead(InputStream in) throws IOException {
        int matched = 0;
        while (matched < 4) {
            int c = in.read();
            if (c < 0) {
                return false;
            }
            matched = c == "\r\n\r\n".charAt(matched) ? matched + 1 : c == '\r' ? 1 : 0;
        }
        return true;
    }

    private static void write(OutputStream out, String answer) throws IOException, InterruptedException {
        if (!answer.startsWith(SLOWLY)) {
            out.write(answer.getBytes(ISO_8859_1));
            return;
        }
        for (byte b : answer.substring(SLOWLY.length()).getBytes(ISO_8859_1)) {
            out.write(b);
            Thread.sleep(20); // a slow server is what this is
        }
    }

    void answer(String... next) {
        answers.addAll(List.of(next));
    }

    /** Sends bytes that nobody asked for, on the connection that was made last. */
    void push(String text) throws IOException {
        sockets.get(sockets.size() - 1).getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /** Closes the connection that was made last, as after a time-out of its own. */
    void hangUp() throws IOException {
        sockets.get(sockets.size() - 1).close();
    }

    int port() {
        return listener.getLocalPort();
    }

    int connections() {
        return sockets.size();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
