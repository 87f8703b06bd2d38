package io.jvmroute.tomcat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A small self-contained JAR: an index, and nested libraries with one text resource each. */
final class NestedJars {
    private final Map<String, byte[]> libraries = new LinkedHashMap<>();
    private String index = "";

    NestedJars library(String name, String resource, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, resource, text.getBytes(StandardCharsets.UTF_8));
        }
        libraries.put(name, bytes.toByteArray());
        return line(NestedLibraries.hex(NestedLibraries.sha256().digest(bytes.toByteArray())), name);
    }

    NestedJars line(String sha256, String name) {
        index += sha256 + "  " + name + "\n";
        return this;
    }

    /** Damages a library, after its hash was taken. */
    NestedJars damage(String name) {
        libraries.put(name, new byte[] {1});
        return this;
    }

    /** A loader of the JAR and of nothing else. */
    URLClassLoader loader(Path file) throws IOException {
        write(file);
        return new URLClassLoader(new URL[] {file.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
    }

    void write(Path file) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            put(zip, "META-INF/jvmroute/lib.sha256", index.getBytes(StandardCharsets.UTF_8));
            for (Map.Entry<String, byte[]> library : libraries.entrySet()) {
                put(zip, "META-INF/jvmroute/lib/" + library.getKey(), library.getValue());
            }
        }
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
    }
}
