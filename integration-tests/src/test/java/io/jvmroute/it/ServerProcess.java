package io.jvmroute.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The lives of one server, one after the other: a process each, whose output begins anew with each. */
final class ServerProcess {
    static final Duration LIMIT = Duration.ofMinutes(3);

    /** Where JVMs have the sockets by which they are attached to, whatever their folder of temporary files. */
    private static final Path ATTACHED = Path.of("/tmp");

    private final Path folder;
    private final Path console;
    private @Nullable Process process;
    private int lives;

    ServerProcess(Path folder) {
        this.folder = folder;
        this.console = folder.resolve("logs").resolve("console.log");
    }

    void launch(List<String> command) throws IOException {
        if (isAlive()) {
            throw new IllegalStateException("started already: " + folder);
        }
        Files.createDirectories(console.getParent());
        if (lives++ > 0) { // for whoever looks for the cause of a failure
            Files.move(
                    console, console.resolveSibling("console-" + lives + ".log"), StandardCopyOption.REPLACE_EXISTING);
        }
        process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(console.toFile())
                .start();
    }

    /** Waits until the process has printed this, or has ended; whether it has printed it. */
    boolean awaitOutput(Pattern pattern) {
        Process launched = process();
        Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> has(pattern) || !launched.isAlive());
        return hasNow(pattern);
    }

    private boolean has(Pattern pattern) throws IOException {
        return pattern.matcher(output()).find();
    }

    private boolean hasNow(Pattern pattern) {
        return pattern.matcher(outputOrNothing()).find();
    }

    /** Sends a SIGTERM and waits for the end; the exit status. */
    int stop() {
        process().destroy();
        return awaitEnd();
    }

    /** Sends a SIGKILL and waits for the end. */
    void kill() {
        process().destroyForcibly();
        awaitEnd();
        boolean unused = ATTACHED.resolve(".java_pid" + process().pid())
                .toFile()
                .delete(); // which a JVM that was attached to can't do any more
    }

    /**
     * Waits until the process ends by itself; the exit status.
     *
     * @throws IllegalStateException if it doesn't; the message is its output
     */
    int awaitEnd() {
        try {
            process().onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IllegalStateException("still running after " + LIMIT + ":\n" + outputOrNothing(), e);
        }
        return process().exitValue();
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    ProcessHandle handle() {
        return process().toHandle();
    }

    /** What the process has printed since its last start. */
    String output() throws IOException {
        return new String(Files.readAllBytes(console), StandardCharsets.UTF_8); // forgives half a character at the end
    }

    private String outputOrNothing() {
        try {
            return output();
        } catch (IOException e) {
            return "no output: " + e;
        }
    }

    private Process process() {
        return Objects.requireNonNull(process, "the node was never started");
    }
}
