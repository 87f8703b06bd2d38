package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LibraryFolderTest {
    @TempDir
    private Path temp;

    private Path work;
    private URLClassLoader loader;
    private NestedLibraries libraries;

    @BeforeEach
    void nest() throws IOException {
        work = temp.resolve("work").resolve("jvmroute");
        loader = new NestedJars()
                .library("a.jar", "text", "a")
                .library("b.jar", "other", "b")
                .loader(temp.resolve("all.jar"));
        libraries = NestedLibraries.find(loader);
    }

    @AfterEach
    void close() throws IOException {
        loader.close();
    }

    @Test
    void unpack_keepsForTheNextStart() throws IOException {
        Path jar;
        try (LibraryFolder folder = LibraryFolder.unpack(libraries, work)) {
            assertThat(folder.urls()).hasSize(2);
            jar = Path.of(folder.toString()).resolve("a.jar");
        }
        Object first = Files.getLastModifiedTime(jar);
        LibraryFolder.unpack(libraries, work).close();
        assertThat(Files.getLastModifiedTime(jar)).isEqualTo(first);
        assertThat(names(jar.getParent())).containsExactlyInAnyOrder("a.jar", "b.jar");
    }

    @Test
    void unpack_damagedFile_replaced() throws IOException {
        Path jar = Files.createDirectories(work.resolve(libraries.version())).resolve("a.jar");
        Files.writeString(jar, "damaged");
        LibraryFolder.unpack(libraries, work).close();
        assertThat(jar).hasSameBinaryContentAs(other("a.jar"));
    }

    private Path other(String name) throws IOException {
        try (LibraryFolder folder = LibraryFolder.unpack(libraries, temp.resolve("other"))) {
            return Path.of(folder.toString()).resolve(name);
        }
    }

    @Test
    void unpack_removesEarlierVersions() throws IOException {
        Path earlier = Files.createDirectories(work.resolve("0123456789abcdef"));
        Files.writeString(earlier.resolve("a.jar"), "");
        Path foreign = Files.createDirectories(work.resolve("notes"));
        LibraryFolder.unpack(libraries, work).close();
        assertThat(earlier).doesNotExist();
        assertThat(foreign).exists();
    }

    @Test
    void unpack_earlierVersionInUse_stays() throws IOException {
        Path earlier = Files.createDirectories(work.resolve("0123456789abcdef"));
        try (FolderUse use = FolderUse.begin(earlier)) {
            assertThat(FolderUse.isUsed(earlier)).as(use.toString()).isTrue();
            LibraryFolder.unpack(libraries, work).close();
            assertThat(earlier).exists();
        }
        LibraryFolder.unpack(libraries, work).close();
        assertThat(earlier).doesNotExist();
    }

    @Test
    void unpack_afterKill_clearsItsFiles() throws IOException {
        Path folder = Files.createDirectories(work.resolve(libraries.version()));
        Files.writeString(folder.resolve("dead.lock"), "");
        Files.writeString(folder.resolve("dead-a.jar.part"), "");
        LibraryFolder.unpack(libraries, work).close();
        assertThat(names(folder)).containsExactlyInAnyOrder("a.jar", "b.jar");
    }

    @Test
    void unpack_manyAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<LibraryFolder> unpack = () -> LibraryFolder.unpack(libraries, work);
            for (Future<LibraryFolder> unpacked :
                    threads.invokeAll(Stream.generate(() -> unpack).limit(8).toList())) {
                unpacked.get().close();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(names(work.resolve(libraries.version()))).containsExactlyInAnyOrder("a.jar", "b.jar");
    }

    @Test
    void unpack_damagedInTheJar() throws IOException {
        try (URLClassLoader damaged =
                new NestedJars().library("a.jar", "text", "a").damage("a.jar").loader(temp.resolve("damaged.jar"))) {
            NestedLibraries bad = NestedLibraries.find(damaged);
            assertThatThrownBy(() -> LibraryFolder.unpack(bad, work))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(work.toString(), "a.jar: damaged in the JAR", "(expected: ");
            assertThat(names(work.resolve(bad.version()))).isEmpty();
        }
    }

    @Test
    void unpack_notAFolder() throws IOException {
        Files.writeString(temp.resolve("work"), "");
        assertThatThrownBy(() -> LibraryFolder.unpack(libraries, work))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(work.toString(), "(expected: a folder that Tomcat may write");
    }

    @Test
    void temporary_removedByClose() throws IOException {
        Path folder;
        try (LibraryFolder unpacked = LibraryFolder.temporary(libraries)) {
            folder = Path.of(unpacked.toString());
            assertThat(folder).isDirectoryContaining("glob:**/a.jar");
        }
        assertThat(folder).doesNotExist();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
