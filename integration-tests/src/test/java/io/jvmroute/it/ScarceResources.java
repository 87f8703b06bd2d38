package io.jvmroute.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A frontend that has too few descriptors, no room for its logs, or little memory. */
final class ScarceResources {
    private static final int DESCRIPTORS = 300;
    private static final int CONNECTIONS = 400;
    private static final int CONNECT_MILLIS = 200;
    private static final int PATIENCE_MILLIS = 3000;
    private static final int LARGE = 16 * 1024 * 1024;
    private static final Pattern TOO_MANY = Pattern.compile("Too many open files");

    private ScarceResources() {}

    /**
     * What became of more connections than there were descriptors for.
     *
     * @param ends by status, {@code refused or closed} and {@code silent}
     * @param logged whether the log says what was short
     * @param suspect whether the backend was held to blame
     * @param recovered how long it took until twenty requests in a row were answered once the connections were closed
     */
    record Descriptors(Map<String, Integer> ends, boolean logged, boolean suspect, Duration recovered) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d descriptors, %d connections with a response under way: %s; %s, backend %s, well again %d ms after they were closed",
                    DESCRIPTORS,
                    CONNECTIONS,
                    ends,
                    logged ? "the log says so" : "no word in the log",
                    suspect ? "suspect" : "not suspect",
                    recovered.toMillis());
        }
    }

    static Descriptors descriptors(String kind, URI backend) throws IOException {
        List<String> launcher = List.of("bash", "-c", "ulimit -n " + DESCRIPTORS + "; exec \"$@\"", "limits");
        LoadedFrontend.Setup setup = new LoadedFrontend.Setup(launcher, "-Xmx256m", "limits-files");
        List<Socket> sockets = new ArrayList<>();
        try (LoadedFrontend frontend = LoadedFrontend.start(kind, backend, setup)) {
            Map<String, Integer> ends = new TreeMap<>();
            try {
                for (int i = 0; i < CONNECTIONS; i++) {
                    Socket socket = new Socket();
                    sockets.add(socket);
                    ask(socket, frontend);
                }
                Awaitility.await() // the log is written by the frontend in its own time
                        .atMost(ServerProcess.LIMIT)
                        .until(() -> TOO_MANY.matcher(frontend.node().log()).find());
                for (Socket socket : sockets) {
                    ends.merge(end(socket), 1, Integer::sum);
                }
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
            long start = System.nanoTime();
            AtomicInteger inARow = new AtomicInteger();
            Awaitility.await()
                    .atMost(ServerProcess.LIMIT)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> (isWell(frontend) ? inARow.incrementAndGet() : inARow.getAndSet(0)) >= 20);
            return new Descriptors(
                    ends,
                    TOO_MANY.matcher(frontend.node().log()).find(),
                    frontend.jmx().affinity().getNodes().toString().contains("SUSPECT"),
                    Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /** For more than is ever read: client and backend have a descriptor each as long as the response is under way. */
    private static void ask(Socket socket, LoadedFrontend frontend) throws IOException {
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), frontend.port()), CONNECT_MILLIS);
        } catch (SocketTimeoutException e) {
            return; // those that wait to be accepted are as many as may
        }
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream()
                .write(("GET /echo/down/" + LARGE + " HTTP/1.1\r\nHost: 127.0.0.1:" + frontend.port() + "\r\n\r\n")
                        .getBytes(US_ASCII));
    }

    private static String end(Socket socket) {
        if (!socket.isConnected()) {
            return "silent";
        }
        try {
            if (socket.getInputStream().available() == 0) {
                socket.setSoTimeout(1); // those that were not taken by now wait for the others to go
            }
            return HttpConnection.readLine(socket.getInputStream()).replaceAll("^HTTP/1.1 (\\d+).*", "$1");
        } catch (SocketTimeoutException e) {
            return "silent";
        } catch (IOException e) {
            return "refused or closed";
        }
    }

    private static boolean isWell(LoadedFrontend frontend) {
        try {
            return TallyConnection.ask(frontend.tally(), "where", "").status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** What became of a load. */
    record Load(int requests, List<String> faults, double slowest, boolean alive, String log) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d requests, slowest %.0f ms, %d faults %s, %s",
                    requests,
                    slowest,
                    faults.size(),
                    faults.stream().limit(3).toList(),
                    alive ? "alive" : "DEAD");
        }
    }

    /** The frontend's folder of logs is a file system of its own that is full; null if this process may not mount one. */
    static @Nullable Load fullDisk(String kind, URI backend) throws IOException {
        LoadedFrontend.Setup setup = LoadedFrontend.Setup.usual("limits-disk");
        TomcatBase tomcat = kind.equals("tomcat") ? LoadedFrontend.tomcat(backend, setup) : null;
        JettyBase jetty = tomcat == null ? LoadedFrontend.jetty(backend, setup) : null;
        Path logs;
        ServerNode node;
        if (tomcat != null) {
            logs = tomcat.folder().resolve("logs");
            node = tomcat.engine(
                            "<Valve className=\"org.apache.catalina.valves.AccessLogValve\" directory=\"logs\" buffered=\"false\"/>")
                    .node();
        } else {
            logs = jetty.folder().resolve("logs");
            node = jetty.modules("requestlog").node();
        }
        if (run("mount", "-t", "tmpfs", "-o", "size=1m", "limits", logs.toString()) != 0) {
            return null;
        }
        try (LoadedFrontend frontend = LoadedFrontend.started(kind, node)) {
            fill(logs.resolve("filled"));
            return load(frontend, 16, 4000, List.of("/tally/where"));
        } finally {
            run("umount", "-l", logs.toString());
        }
    }

    private static int run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        } finally {
            process.destroyForcibly();
        }
        return process.exitValue();
    }

    private static void fill(Path file) throws IOException {
        byte[] part = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(part);
            }
        } catch (IOException full) {
            if (Files.size(file) == 0) {
                throw full;
            }
        }
    }

    /** 64 MB of heap, 64 connections, small and large responses. */
    static Load smallHeap(String kind, URI backend) throws IOException {
        LoadedFrontend.Setup setup = new LoadedFrontend.Setup(List.of(), "-Xmx64m", "limits-heap");
        try (LoadedFrontend frontend = LoadedFrontend.start(kind, backend, setup)) {
            return load(
                    frontend, 64, 20_000, List.of("/tally/where", "/tally/where", "/tally/where", "/echo/down/262144"));
        }
    }

    private static Load load(LoadedFrontend frontend, int clients, int requests, List<String> paths)
            throws IOException {
        Queue<String> faults = new ConcurrentLinkedQueue<>();
        long[] nanos = new long[requests];
        List<URI> entries =
                paths.stream().map(path -> frontend.node().uri("/")).distinct().toList();
        TallyConnection.inParallel(clients, requests, entries, (connections, number) -> {
            long start = System.nanoTime();
            try {
                connections.get(0).send(paths.get(number % paths.size()).substring(1), "");
                TallyConnection.Answer answer = connections.get(0).read();
                if (answer.status() != 200) {
                    faults.add("status " + answer.status());
                }
            } catch (IOException e) {
                faults.add(e.toString());
                connections.get(0).close();
            }
            nanos[number] = System.nanoTime() - start;
        });
        return new Load(
                requests,
                List.copyOf(faults),
                Arrays.stream(nanos).max().orElse(0) / 1e6,
                frontend.node().isRunning(),
                frontend.node().log());
    }
}
