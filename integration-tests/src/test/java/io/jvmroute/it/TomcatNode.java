package io.jvmroute.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real Tomcat in a process of its own, on 127.0.0.1, with its own {@code CATALINA_BASE}.
 *
 * <p>It may be started again after {@link #stop} or {@link #kill}, and listens on the same port then.
 */
public final class TomcatNode implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Pattern STARTED = Pattern.compile("Server startup in \\[");
    private static final Pattern PORT =
            Pattern.compile("Starting ProtocolHandler \\[\"http-nio-127\\.0\\.0\\.1-(?:auto-\\d+-)?(\\d+)\"\\]");

    private final TomcatBase base;
    private @Nullable Process process;
    private int port;

    TomcatNode(TomcatBase base) {
        this.base = base;
    }

    /** A node whose files are below {@code name} in the module's build folder, emptied first. */
    public static TomcatBase named(TomcatRuntime runtime, String name) throws IOException {
        return TomcatBase.empty(
                runtime, Path.of(TomcatRuntime.property("jvmroute.it.work")).resolve(name));
    }

    /**
     * Starts the node and waits until it answers.
     *
     * @throws IllegalStateException if the process ends or stays silent instead; the message is its log
     */
    public TomcatNode start() throws IOException {
        launch();
        Process launched = process();
        Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> has(STARTED) || !launched.isAlive());
        Matcher listening = PORT.matcher(log());
        if (!has(STARTED) || !listening.find()) {
            throw new IllegalStateException("not started (expected: Server startup):\n" + log());
        }
        port = Integer.parseInt(listening.group(1));
        return this;
    }

    /** Starts the process only, with a log of its own; see {@link #awaitEnd}. */
    public void launch() throws IOException {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException("started already: " + base.folder());
        }
        base.render(port);
        process = new ProcessBuilder(base.command())
                .directory(base.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(console().toFile())
                .start();
    }

    /** Sends a SIGTERM and waits for the end; the exit status. */
    public int stop() {
        process().destroy();
        return awaitEnd();
    }

    /** Sends a SIGKILL and waits for the end. */
    public void kill() {
        process().destroyForcibly();
        awaitEnd();
    }

    /**
     * Waits until the process ends by itself; the exit status.
     *
     * @throws IllegalStateException if it doesn't; the message is its log
     */
    public int awaitEnd() {
        try {
            process().onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IllegalStateException("still running after " + LIMIT + ":\n" + logOrNothing(), e);
        }
        return process().exitValue();
    }

    /** The process, to freeze it or to look at it. */
    public ProcessHandle handle() {
        return process().toHandle();
    }

    /** What the process has printed since its last start. */
    public String log() throws IOException {
        return new String(
                Files.readAllBytes(console()), StandardCharsets.UTF_8); // forgives half a character at the end
    }

    /** An address on this node. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** The answer to a GET. */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(path)).timeout(LIMIT).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private boolean has(Pattern pattern) throws IOException {
        return pattern.matcher(log()).find();
    }

    private String logOrNothing() {
        try {
            return log();
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    private Path console() {
        return base.folder().resolve("logs").resolve("console.log");
    }

    private Process process() {
        return Objects.requireNonNull(process, "the node was never started");
    }

    /** Ends the process, whatever it does. Its files stay, to be read. */
    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            kill();
        }
    }
}
