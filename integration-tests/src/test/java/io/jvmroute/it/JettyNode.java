package io.jvmroute.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real Jetty in a process of its own, on 127.0.0.1 unless told otherwise, with its own {@code JETTY_BASE}.
 *
 * <p>It may be started again after {@link #stop} or {@link #kill}, and listens on the same port then.
 */
public final class JettyNode implements ServerNode {
    private static final Pattern STARTED = Pattern.compile("Server:main: Started ");
    private static final Pattern PORT =
            Pattern.compile("Started (?:oejs\\.Server|ijj\\.Affinity)Connector.*\\{[0-9.]+:(\\d+)}");

    private final JettyBase base;
    private final ServerProcess process;
    private int port;

    JettyNode(JettyBase base) {
        this.base = base;
        process = new ServerProcess(base.folder());
    }

    /** A node whose files are below {@code name} in the module's build folder, emptied first. */
    public static JettyBase named(String name) throws IOException {
        return JettyBase.empty(
                Path.of(TomcatRuntime.property("jvmroute.it.work")).resolve(name));
    }

    /** The port to listen on, before the first start; without this, any free one. */
    public JettyNode port(int number) {
        port = number;
        return this;
    }

    /**
     * Starts the node and waits until its applications are deployed and its port is open.
     *
     * @throws IllegalStateException if the process ends or stays silent instead; the message is its log
     */
    @Override
    public JettyNode start() throws IOException {
        launch();
        boolean started = process.awaitOutput(STARTED);
        Matcher listening = PORT.matcher(log());
        if (!started || !listening.find()) {
            throw new IllegalStateException("not started (expected: Server: Started):\n" + log());
        }
        port = Integer.parseInt(listening.group(1));
        return this;
    }

    /** Starts the process only, with a log of its own; see {@link #awaitEnd}. */
    @Override
    public void launch() throws IOException {
        base.install();
        process.launch(base.command(port));
    }

    /** Sends a SIGTERM and waits for the end; the exit status. */
    @Override
    public int stop() {
        return process.stop();
    }

    /** Sends a SIGKILL and waits for the end. */
    @Override
    public void kill() {
        process.kill();
    }

    /**
     * Waits until the process ends by itself; the exit status.
     *
     * @throws IllegalStateException if it doesn't; the message is its log
     */
    @Override
    public int awaitEnd() {
        return process.awaitEnd();
    }

    @Override
    public boolean isRunning() {
        return process.isAlive();
    }

    /** The process, to freeze it or to look at it. */
    @Override
    public ProcessHandle handle() {
        return process.handle();
    }

    /** What the process has printed since its last start. */
    @Override
    public String log() throws IOException {
        return process.output();
    }

    /** An address on this node. */
    @Override
    public URI uri(String path) {
        return URI.create("http://" + base.address() + ":" + port + path);
    }

    /** The answer to a GET. */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(uri(path)).timeout(ServerProcess.LIMIT).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Ends the process, whatever it does. Its files stay, to be read. */
    @Override
    public void close() {
        if (process.isAlive()) {
            process.kill();
        }
    }
}
