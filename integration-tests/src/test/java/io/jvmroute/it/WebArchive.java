package io.jvmroute.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes a WAR of test classes. */
final class WebArchive {
    private WebArchive() {}

    /** A WAR without a {@code web.xml}: the classes say by annotations what they are. */
    static void write(Path file, Class<?>... classes) throws IOException {
        write(file, List.of(), classes);
    }

    /** The same with JARs in {@code WEB-INF/lib}. */
    static void write(Path file, List<Path> libraries, Class<?>... classes) throws IOException {
        try (ZipOutputStream war = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Class<?> type : classes) {
                war.putNextEntry(new ZipEntry("WEB-INF/classes/" + resource(type)));
                try (InputStream in = open(type)) {
                    in.transferTo(war);
                }
            }
            for (Path library : libraries) {
                war.putNextEntry(new ZipEntry("WEB-INF/lib/" + library.getFileName()));
                Files.copy(library, war);
            }
        }
    }

    /** Copies the class into a folder that can be part of a class path. */
    static void copyClass(Class<?> type, Path folder) throws IOException {
        Path target = folder.resolve(resource(type));
        Files.createDirectories(target.getParent());
        try (InputStream in = open(type)) {
            Files.copy(in, target);
        }
    }

    private static String resource(Class<?> type) {
        return type.getName().replace('.', '/') + ".class";
    }

    private static InputStream open(Class<?> type) {
        return Objects.requireNonNull(type.getClassLoader().getResourceAsStream(resource(type)), type::getName);
    }
}
