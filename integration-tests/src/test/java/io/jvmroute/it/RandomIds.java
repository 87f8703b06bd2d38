package io.jvmroute.it;

import io.jvmroute.it.contract.SessionId;
import io.jvmroute.it.contract.ShopAnswer;
import io.jvmroute.it.contract.ShopClient;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Requests with session ids that nobody ever issued, to a node of a cluster that has lost one: what does the node remember of them?
 *
 * <p>Half name the dead node, half a node that never was. Over a few keep-alive connections, written by hand: the load shall cost less than the node.
 */
final class RandomIds {
    private static final int CONNECTIONS = 8;
    private static final int WARM_UP = 5000;
    private static final String DEAD = "n3";

    /** What one node held at one time. */
    record Memory(int movedPins, int ownedSessions, int pinBacklog, long heap) {
        static Memory of(NodeJmx jmx) {
            return new Memory(
                    jmx.affinity().getMovedPins(),
                    jmx.affinity().getOwnedSessions(),
                    jmx.affinity().getPinBacklog(),
                    jmx.heapAfterGc());
        }
    }

    /** Before and after, on the node asked and on the other one. */
    record Result(int requests, Duration took, List<Memory> before, List<Memory> after, Map<String, Long> verdicts) {
        /** The most that the heap of a node grew, in bytes. */
        long growth() {
            return IntStream.range(0, before.size())
                    .mapToLong(i -> after.get(i).heap() - before.get(i).heap())
                    .max()
                    .orElseThrow();
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d requests in %.1f s (%.0f/s), verdicts %s%n  before %s%n  after  %s%n  heap after collection grew by %.2f MB",
                    requests,
                    took.toMillis() / 1e3,
                    requests / (took.toNanos() / 1e9),
                    verdicts,
                    before,
                    after,
                    growth() / 1e6);
        }
    }

    private RandomIds() {}

    static Result run(int requests) throws IOException {
        try (ShopNodes nodes = ShopNodes.start("random-ids");
                NodeJmx first = nodes.jmx("n1");
                NodeJmx second = nodes.jmx("n2")) {
            moveOneSession(nodes, first);
            load(nodes.node("n1").uri("/"), WARM_UP);
            List<Memory> before = List.of(Memory.of(first), Memory.of(second));
            Map<String, Long> verdictsBefore = first.affinity().getVerdicts();
            long start = System.nanoTime();
            load(nodes.node("n1").uri("/"), requests);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            Map<String, Long> verdicts = new HashMap<>();
            first.affinity().getVerdicts().forEach((verdict, count) -> {
                if (count > verdictsBefore.get(verdict)) {
                    verdicts.put(verdict, count - verdictsBefore.get(verdict));
                }
            });
            return new Result(requests, took, before, List.of(Memory.of(first), Memory.of(second)), verdicts);
        }
    }

    /** A true session of the node that dies: its pin is the one that moves, and shows that moved pins are counted. */
    private static void moveOneSession(ShopNodes nodes, NodeJmx first) {
        ShopClient client = new ShopClient();
        ShopAnswer begun = client.post(nodes.shop(DEAD), "cart", null, "product=sencha&quantity=1");
        SessionId id = SessionId.cookie(begun.cookieId());
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .until(() -> client.get(nodes.shop("n1"), "state", id).node().equals(DEAD));
        Awaitility.await().until(() -> first.affinity().getPinBacklog() == 0);
        nodes.node(DEAD).kill();
        Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> {
            client.get(nodes.shop("n1"), "state", id);
            return first.affinity().getMovedPins() == 1;
        });
    }

    private static void load(URI node, int requests) {
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            List<CompletableFuture<Void>> running = IntStream.range(0, CONNECTIONS)
                    .mapToObj(i -> CompletableFuture.runAsync(() -> send(node, requests / CONNECTIONS), threads))
                    .toList();
            running.forEach(CompletableFuture::join);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void send(URI node, int requests) {
        SplittableRandom random = new SplittableRandom();
        int sent = 0;
        try {
            while (sent < requests) {
                try (Socket socket = new Socket(node.getHost(), node.getPort())) {
                    socket.setTcpNoDelay(true);
                    InputStream in = new BufferedInputStream(socket.getInputStream());
                    boolean open = true;
                    while (open && sent < requests) {
                        socket.getOutputStream().write(request(node, random, sent++));
                        open = readAnswer(in);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] request(URI node, SplittableRandom random, int number) {
        String id = String.format("%016X%016X", random.nextLong(), random.nextLong());
        String route = number % 2 == 0 ? DEAD : "u" + random.nextInt(1_000_000);
        return ("GET /shop/plain HTTP/1.1\r\nHost: " + node.getAuthority() + "\r\nCookie: JSESSIONID=" + id + "."
                        + route + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads a 200 to its end; whether the connection stays open. */
    private static boolean readAnswer(InputStream in) throws IOException {
        String status = HttpConnection.readLine(in);
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException(status + " (expected: 200)");
        }
        int length = -1;
        boolean open = true;
        for (String line = HttpConnection.readLine(in); !line.isEmpty(); line = HttpConnection.readLine(in)) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(
                        lower.substring("content-length:".length()).strip());
            }
            open &= !lower.equals("connection: close");
        }
        in.skipNBytes(length);
        return open;
    }
}
