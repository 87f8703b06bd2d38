package io.jvmroute.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes a WAR of test classes. */
public final class WebArchive {
    private WebArchive() {}

    /** A WAR without a {@code web.xml}: the classes say by annotations what they are. */
    static void write(Path file, Class<?>... classes) throws IOException {
        write(file, List.of(), classes);
    }

    /** The same with {@code <distributable/>}: its sessions may be copied. */
    public static void writeDistributable(Path file, Class<?>... classes) throws IOException {
        String descriptor =
                "<web-app xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"6.0\"><distributable/></web-app>";
        write(file, descriptor, List.of(), classes);
    }

    /** The same with JARs in {@code WEB-INF/lib}. */
    static void write(Path file, List<Path> libraries, Class<?>... classes) throws IOException {
        write(file, "", libraries, classes);
    }

    /** The same with a {@code web.xml}; empty: without. */
    static void write(Path file, String descriptor, List<Path> libraries, Class<?>... classes) throws IOException {
        try (ZipOutputStream war = new ZipOutputStream(Files.newOutputStream(file))) {
            if (!descriptor.isEmpty()) {
                war.putNextEntry(new ZipEntry("WEB-INF/web.xml"));
                war.write(descriptor.getBytes(StandardCharsets.UTF_8));
            }
            add(war, classes);
            for (Path library : libraries) {
                war.putNextEntry(new ZipEntry("WEB-INF/lib/" + library.getFileName()));
                Files.copy(library, war);
            }
        }
    }

    private static void add(ZipOutputStream war, Class<?>... classes) throws IOException {
        for (Class<?> type : classes) {
            war.putNextEntry(new ZipEntry("WEB-INF/classes/" + resource(type)));
            try (InputStream in = open(type)) {
                in.transferTo(war);
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
