package io.jvmroute.it.campaign;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a short command to its end, even if the thread is interrupted: what ends a campaign consists of such. */
final class Command {
    private Command() {}

    /**
     * What it printed.
     *
     * @throws IOException if it can't be run or fails; the message says what it printed
     */
    static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.onExit().join();
        if (process.exitValue() != 0) {
            throw new IOException(List.of(command) + ": " + output.strip());
        }
        return output;
    }
}
