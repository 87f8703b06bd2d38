package io.jvmroute.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Heads of requests without measure, over HTTP/1.1 and as floods of CONTINUATION frames over HTTP/2: does the server put an end to each, at what cost? */
final class HeadFloods {
    private static final int CONNECTIONS = 16;
    /** Of one connection, then the client gives up: the server has no measure. */
    private static final int MOST_BYTES = 32 * 1024 * 1024;

    private static final int PATIENCE_MILLIS = 10_000;
    private static final int PART = 16 * 1024;
    private static final int END_STREAM = 0x1;
    /** RFC 7541 appendix A: method, scheme and path by their index. */
    private static final String GET = "\u0082\u0086\u0084";

    /** RFC 7541 §6.2.2: {@code x: y}. */
    private static final String FIELD = "\0\1x\1y";

    /** Some bytes, and then others for ever. */
    private record Flood(String name, String begin, String repeated) {
        boolean isHttp2() {
            return begin.startsWith("PRI");
        }
    }

    /**
     * How the connections ended.
     *
     * @param name of the flood
     * @param ends by status, {@code closed}, {@code GOAWAY}, or {@code goes on}
     * @param bytes the most that a connection took
     */
    record Result(String name, Map<String, Integer> ends, long bytes) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s: %s, at most %.2f MB taken", name, ends, bytes / 1e6);
        }
    }

    private record End(String how, long bytes) {}

    private HeadFloods() {}

    static List<Result> run(LoadedFrontend frontend) {
        String get = "GET /tally/where HTTP/1.1\r\nHost: h\r\n";
        return Stream.of(
                        new Flood("a field without end", get + "X: ", "a"),
                        new Flood("a target without end", "GET /tally/", "a"),
                        new Flood("fields without end", get, "x: y\r\n"),
                        new Flood(
                                "CONTINUATION with fields",
                                preface(),
                                frame(9, 0, FIELD.repeat(PART / FIELD.length()))),
                        new Flood("CONTINUATION without any", preface(), frame(9, 0, "")))
                .map(flood -> send(frontend.port(), flood))
                .toList();
    }

    /** RFC 9113 §3.4, SETTINGS, and a HEADERS frame of stream 1 that is not the last of its head. */
    private static String preface() {
        String settings = "\0\0\0\4\0\0\0\0\0";
        return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings + frame(1, END_STREAM, GET);
    }

    /** RFC 9113 §4.1, of stream 1. */
    private static String frame(int type, int flags, String payload) {
        int length = payload.length();
        char[] head = {
            (char) (length >> 16),
            (char) (length >> 8 & 0xff),
            (char) (length & 0xff),
            (char) type,
            (char) flags,
            0,
            0,
            0,
            1
        };
        return new String(head) + payload;
    }

    private static Result send(int port, Flood flood) {
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            List<CompletableFuture<End>> running = IntStream.range(0, CONNECTIONS)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> end(port, flood), threads))
                    .toList();
            Map<String, Integer> ends = new TreeMap<>();
            long most = 0;
            for (CompletableFuture<End> each : running) {
                End end = each.join();
                ends.merge(end.how(), 1, Integer::sum);
                most = Math.max(most, end.bytes());
            }
            return new Result(flood.name(), ends, most);
        } finally {
            threads.shutdownNow();
        }
    }

    private static End end(int port, Flood flood) {
        long sent = 0;
        AtomicBoolean overdue = new AtomicBoolean();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setSendBufferSize(PART); // or what lies there would count as taken
            closeLater(socket, overdue);
            InputStream in = socket.getInputStream();
            byte[] repeated = flood.repeated()
                    .repeat(Math.max(1, PART / flood.repeated().length()))
                    .getBytes(ISO_8859_1);
            try {
                socket.getOutputStream().write(flood.begin().getBytes(ISO_8859_1));
                while (sent < MOST_BYTES && !isAnswered(in, flood)) {
                    socket.getOutputStream().write(repeated);
                    sent += repeated.length;
                }
            } catch (IOException closed) {
                return new End(overdue.get() ? "goes on" : answer(in, flood), sent);
            }
            return new End(sent >= MOST_BYTES ? "goes on" : answer(in, flood), sent);
        } catch (IOException e) {
            return new End(e.toString(), sent);
        }
    }

    /** A write to a server that neither reads nor closes would wait for ever. */
    private static void closeLater(Socket socket, AtomicBoolean overdue) {
        CompletableFuture.delayedExecutor(2 * PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .execute(() -> {
                    overdue.set(true);
                    try {
                        socket.close();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    /** Over HTTP/2 the server's own settings come first, so that its end is waited for by writing. */
    private static boolean isAnswered(InputStream in, Flood flood) throws IOException {
        return !flood.isHttp2() && in.available() > 0;
    }

    private static String answer(InputStream in, Flood flood) {
        try {
            return flood.isHttp2() ? lastFrame(in) : status(in);
        } catch (SocketTimeoutException e) {
            return "goes on";
        } catch (IOException e) {
            return "closed";
        }
    }

    private static String status(InputStream in) throws IOException {
        return HttpConnection.readLine(in).replaceAll("^HTTP/1.1 (\\d+).*", "$1");
    }

    private static String lastFrame(InputStream in) throws IOException {
        while (true) {
            byte[] head = in.readNBytes(9);
            if (head.length < 9) {
                return "closed";
            }
            if (head[3] == 7) {
                return "GOAWAY";
            }
            in.skipNBytes(ByteBuffer.wrap(head).getInt() >>> 8);
        }
    }
}
