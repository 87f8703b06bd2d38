package io.jvmroute.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.awaitility.Awaitility;

/** Clients that take a large response, and others that send a body, at a trickle, while another one asks for small things. */
final class SlowStreams {
    private static final int AT_A_TIME = 8 * 1024;
    private static final int BODY = 1024 * 1024;
    /** More than the sockets on its way hold, so that the readers hold the backend up. */
    private static final int RESPONSE = 64 * 1024 * 1024;

    private static final Duration TICK = Duration.ofMillis(60);

    private final List<Stream> streams = new ArrayList<>();
    private final byte[] body;
    private final AtomicInteger ticks = new AtomicInteger();

    /**
     * What was seen.
     *
     * @param intact how many got what they should have
     * @param underWay forwards while memory was looked at
     * @param growth of the frontend's heap after collection, in bytes
     * @param directGrowth of its memory outside the heap, in bytes
     * @param others small requests that were answered meanwhile
     * @param slowest of these, in ms
     */
    record Result(int streams, int intact, int underWay, long growth, long directGrowth, int others, double slowest) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d slow streams, half up and half down, %d intact: %d under way, heap %+.1f MB (%.1f KB each), direct memory %+.1f MB; %d other requests meanwhile, slowest %.0f ms",
                    streams,
                    intact,
                    underWay,
                    growth / 1e6,
                    growth / 1e3 / streams,
                    directGrowth / 1e6,
                    others,
                    slowest);
        }
    }

    /** One client. */
    private static final class Stream {
        private final SocketChannel socket;
        private final boolean reads;
        private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
        private int done;

        Stream(SocketChannel socket, boolean reads) {
            this.socket = socket;
            this.reads = reads;
        }

        boolean isDone() {
            return done >= BODY;
        }
    }

    private SlowStreams() throws IOException {
        ByteArrayOutputStream pattern = new ByteArrayOutputStream();
        EchoServlet.fill(pattern, BODY);
        body = pattern.toByteArray();
    }

    static Result run(LoadedFrontend frontend, int count) throws IOException {
        return new SlowStreams().measure(frontend, count);
    }

    private Result measure(LoadedFrontend frontend, int count) throws IOException {
        long heap = frontend.jmx().heapAfterGc();
        long direct = frontend.jmx().directMemory();
        try {
            for (int i = 0; i < count; i++) {
                streams.add(open(frontend.node().uri("/"), /* reads= */ i % 2 == 0));
            }
            CompletableFuture<Integer> trickle = CompletableFuture.supplyAsync(this::trickle);
            Awaitility.await()
                    .atMost(ServerProcess.LIMIT)
                    .until(() -> ticks.get() > BODY / AT_A_TIME / 4 || trickle.isDone());
            int underWay = frontend.jmx().affinity().getForwardsInFlight();
            long growth = frontend.jmx().heapAfterGc() - heap;
            long directGrowth = frontend.jmx().directMemory() - direct;
            int others = 0;
            long slowest = 0;
            for (; !trickle.isDone(); others++) {
                long start = System.nanoTime();
                if (TallyConnection.ask(frontend.tally(), "where", "").status() != 200) {
                    throw new IOException("no answer beside slow streams");
                }
                slowest = Math.max(slowest, System.nanoTime() - start);
            }
            return new Result(count, trickle.join(), underWay, growth, directGrowth, others, slowest / 1e6);
        } finally {
            for (Stream stream : streams) {
                stream.socket.close();
            }
        }
    }

    private static Stream open(URI frontend, boolean reads) throws IOException {
        SocketChannel socket = SocketChannel.open();
        if (reads) {
            socket.setOption(StandardSocketOptions.SO_RCVBUF, AT_A_TIME);
        }
        socket.connect(new InetSocketAddress(frontend.getHost(), frontend.getPort()));
        String head = reads
                ? "GET /echo/down/" + RESPONSE + " HTTP/1.1\r\n"
                : "PUT /echo/up HTTP/1.1\r\nConnection: close\r\nContent-Length: " + BODY + "\r\n";
        socket.write(ByteBuffer.wrap((head + "Host: " + frontend.getAuthority() + "\r\n\r\n").getBytes(US_ASCII)));
        socket.configureBlocking(false);
        return new Stream(socket, reads);
    }

    /** All of them, a bit at each tick; how many are intact in the end. */
    private int trickle() {
        byte[] buffer = new byte[AT_A_TIME];
        try {
            for (; !streams.stream().allMatch(Stream::isDone); ticks.incrementAndGet()) {
                for (Stream stream : streams) {
                    if (!stream.isDone()) {
                        step(stream, buffer);
                    }
                }
                Thread.sleep(TICK.toMillis()); // slowness is what this is
            }
            int intact = 0;
            for (Stream stream : streams) {
                intact += stream.reads ? isBegun(stream) : isAcknowledged(stream);
            }
            return intact;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void step(Stream stream, byte[] buffer) throws IOException {
        if (stream.reads) {
            int read = stream.socket.read(ByteBuffer.wrap(buffer));
            if (read < 0) {
                throw new IOException("cut off after " + stream.done + " bytes");
            }
            stream.answer.write(buffer, 0, read);
            stream.done += read;
        } else {
            int length = Math.min(AT_A_TIME, BODY - stream.done);
            stream.done += stream.socket.write(ByteBuffer.wrap(body, stream.done, length));
        }
    }

    /** Whether what came is a head and the beginning of what was asked for. */
    private int isBegun(Stream stream) {
        byte[] came = stream.answer.toByteArray();
        String text = stream.answer.toString(US_ASCII);
        int head = text.indexOf("\r\n\r\n") + 4;
        return text.startsWith("HTTP/1.1 200")
                        && ByteBuffer.wrap(came, head, BODY / 2).equals(ByteBuffer.wrap(body, 0, BODY / 2))
                ? 1
                : 0;
    }

    /** Whether the application has told the length and the checksum of what was sent. */
    private int isAcknowledged(Stream stream) throws IOException {
        stream.socket.configureBlocking(true);
        ByteBuffer buffer = ByteBuffer.allocate(AT_A_TIME);
        for (int read = 0; read >= 0; read = stream.socket.read(buffer.clear())) {
            stream.answer.write(buffer.array(), 0, read);
        }
        CRC32 checksum = new CRC32();
        checksum.update(body);
        String expected = " " + BODY + " " + checksum.getValue();
        return stream.answer.toString(US_ASCII).contains(expected) ? 1 : 0;
    }
}
