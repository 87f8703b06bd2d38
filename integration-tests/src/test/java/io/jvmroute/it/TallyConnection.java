package io.jvmroute.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Asks the {@link TallyServlet} over one connection, which is opened again where the server has closed it after an answer. */
final class TallyConnection implements AutoCloseable {
    private final URI tally;
    private @Nullable HttpConnection connection;

    /**
     * What the application said.
     *
     * @param node that answered
     * @param cookie the id of a session that has begun, else empty
     */
    record Answer(int status, String node, boolean hasSession, String cookie) {
        /** The node that the session's id names. */
        String route() {
            return cookie.substring(cookie.indexOf('.') + 1);
        }
    }

    /** What is done with each of many numbers. */
    interface Step {
        void take(List<TallyConnection> connections, int number) throws IOException;
    }

    TallyConnection(URI tally) {
        this.tally = tally;
    }

    /** Each client has a connection to each of the entries and takes the next number, until all are taken. */
    static void inParallel(int clients, int count, List<URI> entries, Step step) {
        AtomicInteger next = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<CompletableFuture<Void>> running = IntStream.range(0, clients)
                    .mapToObj(i -> CompletableFuture.runAsync(() -> take(next, count, entries, step), threads))
                    .toList();
            running.forEach(CompletableFuture::join);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void take(AtomicInteger next, int count, List<URI> entries, Step step) {
        List<TallyConnection> connections = new ArrayList<>();
        entries.forEach(entry -> connections.add(new TallyConnection(entry)));
        try {
            for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                step.take(connections, number);
            }
            for (TallyConnection each : connections) {
                each.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One request on a connection of its own. */
    static Answer ask(URI tally, String path, String id) throws IOException {
        try (TallyConnection connection = new TallyConnection(tally)) {
            connection.send(path, id);
            return connection.read();
        }
    }

    /** Sends a request with this session id; empty: none. */
    void send(String path, String id) throws IOException {
        HttpConnection open = connection == null ? new HttpConnection(tally.getPort()) : connection;
        connection = open;
        open.write("GET " + tally.getPath() + path + " HTTP/1.1\r\nHost: " + tally.getAuthority() + "\r\n"
                + (id.isEmpty() ? "" : "Cookie: JSESSIONID=" + id + "\r\n") + "\r\n");
    }

    /** The answer to the request that was sent. */
    Answer read() throws IOException {
        HttpConnection open = connection;
        if (open == null) {
            throw new IllegalStateException("nothing was sent");
        }
        HttpConnection.Head head = open.readHead();
        String[] words = open.readBody(head).text().split(" ", 2);
        if (head.field("connection").equalsIgnoreCase("close")) {
            close();
        }
        String cookie = head.field("set-cookie").replaceAll("^JSESSIONID=|;.*", "");
        return new Answer(head.status(), words[0], words[words.length - 1].equals("with"), cookie);
    }

    /** Whether it is, as far as this side knows. */
    boolean isOpen() {
        return connection != null;
    }

    @Override
    public void close() throws IOException {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
