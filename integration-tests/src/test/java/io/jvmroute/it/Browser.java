package io.jvmroute.it;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A headless Chromium of the machine, with a profile that lives as long as it does, or until the next one ends. */
final class Browser implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String PORT_FILE = "DevToolsActivePort";
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final Process process;
    private final Path profile;
    private final DevTools tools;

    private Browser(Process process, Path profile, DevTools tools) {
        this.process = process;
        this.profile = profile;
        this.tools = tools;
    }

    /**
     * Starts the first that is on the PATH.
     *
     * @throws IllegalStateException if there is none
     */
    static Browser start() throws IOException {
        return start(Files.createTempDirectory("jvmroute-browser"));
    }

    private static Browser start(Path profile) throws IOException {
        Path program = find();
        Files.deleteIfExists(profile.resolve(PORT_FILE));
        Process process = new ProcessBuilder(
                        program.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--no-first-run",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("console.log").toFile())
                .start();
        try {
            return new Browser(process, profile, new DevTools(address(process, profile)));
        } catch (IOException | RuntimeException e) {
            e.addSuppressed(new IOException(Files.readString(profile.resolve("console.log"))));
            end(process, profile);
            throw e;
        }
    }

    private static Path find() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("no browser on the PATH (expected: one of " + NAMES + ")"));
    }

    /** The port and the path that it wrote down. */
    private static URI address(Process process, Path profile) throws IOException {
        Path file = profile.resolve(PORT_FILE);
        Awaitility.await("DevTools of the browser")
                .atMost(LIMIT)
                .until(() -> !process.isAlive()
                        || (Files.exists(file) && Files.readAllLines(file).size() == 2));
        List<String> lines = Files.readAllLines(file);
        return URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
    }

    /** An empty page, in a window of its own: one that is hidden by others gets no mouse. */
    BrowserPage page() throws InterruptedException {
        String target = tools.send("", "Target.createTarget", Map.of("url", "about:blank", "newWindow", true))
                .get("targetId")
                .text();
        String session = tools.send("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .get("sessionId")
                .text();
        return new BrowserPage(tools, target, session);
    }

    /** All cookies, also those that scripts can't see. */
    List<Json> cookies() throws InterruptedException {
        Object all =
                tools.send("", "Storage.getCookies", Map.of()).get("cookies").value();
        return all instanceof List<?> list ? list.stream().map(Json::new).toList() : List.of();
    }

    /** Ends as a person ends it, and starts again with the same profile. Used no more itself. */
    Browser restart() throws IOException {
        tools.post("", "Browser.close", Map.of());
        process.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        tools.close();
        return start(profile);
    }

    @Override
    public void close() {
        tools.close();
        end(process, profile);
    }

    private static void end(Process process, Path profile) {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        CompletableFuture.allOf(all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
        Awaitility.await("removal of " + profile)
                .atMost(LIMIT)
                .ignoreExceptions() // a process of another parent may have written still
                .until(() -> {
                    delete(profile);
                    return true;
                });
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
