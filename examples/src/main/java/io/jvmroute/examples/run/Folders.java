package io.jvmroute.examples.run;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Empties and fills the folders that servers live in. */
final class Folders {

    private Folders() {}

    static void copyInto(Path folder, Path file) throws IOException {
        Files.copy(file, folder.resolve(file.getFileName()));
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(folder)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }

    /** All files of an archive but {@code META-INF}. */
    static void unzip(Path archive, Path folder) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(archive);
                Stream<Path> entries = Files.walk(zip.getPath("/"))) {
            for (Path entry : entries.toList()) {
                if (Files.isRegularFile(entry) && !entry.startsWith("/META-INF")) {
                    Path target = folder.resolve(entry.toString().substring(1));
                    Files.createDirectories(target.getParent());
                    Files.copy(entry, target);
                }
            }
        }
    }

    /** The one file of an archive whose name matches, wherever it lies there. */
    static void pick(Path archive, String glob, Path folder) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(archive);
                Stream<Path> entries = Files.walk(zip.getPath("/"))) {
            PathMatcher matcher = zip.getPathMatcher("glob:**/" + glob);
            Path found = entries.filter(matcher::matches)
                    .findFirst()
                    .orElseThrow(() -> new IOException(archive + ": no " + glob));
            Files.copy(found, folder.resolve(found.getFileName().toString()));
        }
    }
}
