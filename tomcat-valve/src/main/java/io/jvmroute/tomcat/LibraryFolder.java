package io.jvmroute.tomcat;

import io.jvmroute.tomcat.NestedLibraries.Library;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder with the nested libraries unpacked, kept for the next start.
 *
 * <p>{@code work/jvmroute/<version>}, with one file per library. What is there already is used if its hash is right. A file appears by a move, so
 * that two Tomcats with one base, starting together, never see half of it. The folders of other versions are removed unless someone uses them.
 */
final class LibraryFolder implements Closeable {
    private static final System.Logger LOGGER = System.getLogger(LibraryFolder.class.getName());
    private static final String VERSION = "[0-9a-f]{16}";

    private final Path folder;
    private final FolderUse use;
    private final boolean temporary;
    private final List<URL> urls = new ArrayList<>();

    private LibraryFolder(Path folder, boolean temporary) throws IOException {
        this.folder = folder;
        this.use = FolderUse.begin(folder);
        this.temporary = temporary;
    }

    /**
     * Unpacks into the folder of this version below {@code parent}.
     *
     * @throws IOException if the folder can't be written, or a library is damaged; the message names the folder
     */
    static LibraryFolder unpack(NestedLibraries libraries, Path parent) throws IOException {
        Path folder = parent.resolve(libraries.version());
        LibraryFolder unpacked = fill(libraries, folder, /* temporary= */ false);
        removeOthers(parent, folder);
        return unpacked;
    }

    /**
     * Unpacks into a folder below {@code java.io.tmpdir} that only this user may enter, and that {@link #close} removes.
     *
     * @throws IOException if the folder can't be written, or a library is damaged; the message names the folder
     */
    static LibraryFolder temporary(NestedLibraries libraries) throws IOException {
        return fill(libraries, Files.createTempDirectory("jvmroute-"), /* temporary= */ true);
    }

    private static LibraryFolder fill(NestedLibraries libraries, Path folder, boolean temporary) throws IOException {
        LibraryFolder unpacked = null;
        try {
            Files.createDirectories(folder);
            unpacked = new LibraryFolder(folder, temporary);
            for (Library library : libraries.libraries()) {
                unpacked.add(library, libraries);
            }
            return unpacked;
        } catch (IOException e) {
            if (unpacked != null) {
                unpacked.close();
            }
            throw new IOException(
                    folder + ": can't unpack jvmroute: " + e
                            + " (expected: a folder that Tomcat may write, about 25 MB free)",
                    e);
        }
    }

    private void add(Library library, NestedLibraries libraries) throws IOException {
        Path target = folder.resolve(library.name());
        if (!isIntact(target, library)) {
            Path part = use.file(library.name() + ".part");
            try {
                write(library, libraries, part);
                moveInto(target, part, library);
            } finally {
                Files.deleteIfExists(part);
            }
        }
        urls.add(target.toUri().toURL());
    }

    private static void write(Library library, NestedLibraries libraries, Path part) throws IOException {
        MessageDigest digest = NestedLibraries.sha256();
        try (InputStream in = new DigestInputStream(libraries.open(library), digest)) {
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
        }
        String sha256 = NestedLibraries.hex(digest.digest());
        if (!sha256.equals(library.sha256())) {
            throw new IOException(library.name() + ": damaged in the JAR: SHA-256 " + sha256 + " (expected: "
                    + library.sha256() + ")");
        }
    }

    /** Windows refuses the move while another Tomcat has the same file open; then the other's is as good. */
    private static void moveInto(Path target, Path part, Library library) throws IOException {
        try {
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!isIntact(target, library)) {
                throw e;
            }
        }
    }

    private static boolean isIntact(Path file, Library library) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        MessageDigest digest = NestedLibraries.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return NestedLibraries.hex(digest.digest()).equals(library.sha256());
    }

    private static void removeOthers(Path parent, Path folder) {
        try (Stream<Path> siblings = Files.list(parent)) {
            for (Path other : siblings.toList()) {
                if (!other.equals(folder)
                        && other.getFileName().toString().matches(VERSION)
                        && !FolderUse.isUsed(other)) {
                    delete(other);
                }
            }
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.WARNING, parent + ": libraries of an earlier version stay", e);
        }
    }

    private static void delete(@Nullable Path folder) throws IOException {
        if (folder != null) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(folder);
        }
    }

    /** The unpacked libraries. */
    List<URL> urls() {
        return List.copyOf(urls);
    }

    @Override
    public void close() throws IOException {
        use.close();
        if (temporary) {
            delete(folder);
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
