package io.jvmroute.it.campaign;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets a process see another time of day than the machine, by libfaketime: Linux has no namespaces for that clock. */
final class ShiftedClock {
    static final long HOUR_MILLIS = 3_600_000;

    private static final Path LIBRARIES = Path.of("/usr/lib");

    private ShiftedClock() {}

    /** Why this machine can't have one; null if it can. */
    static @Nullable String missing() {
        return library() == null ? "needs libfaketime (Debian: apt-get install libfaketime)" : null;
    }

    /** What runs a command whose clock is ahead so far, or behind. */
    static List<String> launcher(long shiftMillis) {
        return List.of("env", "LD_PRELOAD=" + library(), "FAKETIME=%+d".formatted(shiftMillis / 1000));
    }

    private static @Nullable Path library() {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(LIBRARIES)) {
            for (Path folder : folders) {
                Path library = folder.resolve("faketime/libfaketime.so.1");
                if (Files.exists(library)) {
                    return library;
                }
            }
            return null;
        } catch (IOException e) {
            return null;
        }
    }
}
