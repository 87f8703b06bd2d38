package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NestedLibrariesTest {
    @TempDir
    private Path temp;

    @Test
    void find_noIndex() throws IOException {
        assertThat(NestedLibraries.find(ClassLoader.getPlatformClassLoader())).isNull();
    }

    @Test
    void find_index() throws IOException {
        try (URLClassLoader loader = new NestedJars()
                .library("a.jar", "a", "1")
                .library("b-1.0.jar", "b", "2")
                .loader(temp.resolve("all.jar"))) {
            NestedLibraries libraries = NestedLibraries.find(loader);
            assertThat(libraries.libraries())
                    .extracting(NestedLibraries.Library::name)
                    .containsExactly("a.jar", "b-1.0.jar");
            assertThat(libraries.version()).matches("[0-9a-f]{16}");
        }
    }

    @Test
    void find_twoJars() throws IOException {
        Path first = temp.resolve("first.jar");
        Path second = temp.resolve("second.jar");
        new NestedJars().library("a.jar", "a", "1").write(first);
        new NestedJars().library("a.jar", "a", "2").write(second);
        URL[] urls = {
            first.toUri().toURL(), second.toUri().toURL(), first.toUri().toURL()
        };
        try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> NestedLibraries.find(loader))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll("first.jar", "second.jar", "(expected: one)");
        }
    }

    @Test
    void find_nameLeavesTheFolder() throws IOException {
        try (URLClassLoader loader =
                new NestedJars().line("0".repeat(64), "../a.jar").loader(temp.resolve("all.jar"))) {
            assertThatThrownBy(() -> NestedLibraries.find(loader))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("../a.jar (expected: a SHA-256 and the name of a JAR)");
        }
    }

    @Test
    void open_missing() throws IOException {
        try (URLClassLoader loader =
                new NestedJars().line("0".repeat(64), "a.jar").loader(temp.resolve("all.jar"))) {
            NestedLibraries libraries = NestedLibraries.find(loader);
            assertThatThrownBy(() -> libraries.open(libraries.libraries().get(0)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("META-INF/jvmroute/lib/a.jar (expected: in the JAR)");
        }
    }
}
