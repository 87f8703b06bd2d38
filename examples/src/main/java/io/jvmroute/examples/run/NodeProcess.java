package io.jvmroute.examples.run;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One life of one server: a JVM of its own, started without a shell so that its process is the one to kill. */
final class NodeProcess {

    private final NodePlan plan;
    private final Process process;

    private NodeProcess(NodePlan plan, Process process) {
        this.plan = plan;
        this.process = process;
    }

    static NodeProcess start(NodePlan plan, List<String> command) throws IOException {
        File log = plan.log().toFile();
        Process process = new ProcessBuilder(command)
                .directory(plan.base().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
        return new NodeProcess(plan, process);
    }

    NodePlan plan() {
        return plan;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitStatus() {
        return process.exitValue();
    }

    /** Runs the action when the process has ended, however that came. */
    void onEnd(Runnable action) {
        CompletableFuture<?> unused = process.onExit().thenRun(action);
    }

    /** {@code kill -9}: the node has no chance to say goodbye. */
    void kill() throws InterruptedException {
        forceEnd();
        process.waitFor();
    }

    void forceEnd() {
        process.destroyForcibly();
    }

    /** {@code kill}: asks it to stop. */
    void stop() {
        process.destroy();
    }

    /** Waits for the end, then forces it. */
    void awaitEnd(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
        }
    }

    /** What a node has logged, in all its lives. */
    static Stream<String> log(NodePlan plan) throws IOException {
        // A killed JVM may leave half a character behind.
        return new String(Files.readAllBytes(plan.log()), StandardCharsets.UTF_8).lines();
    }
}
