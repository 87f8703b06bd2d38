package io.jvmroute.it.campaign;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Compiles changed sources of the product, and puts the classes into copies of its JARs. */
final class Planting {
    private Planting() {}

    /**
     * The class files of a source with the defect, by their names in a JAR.
     *
     * @param sources the folder of the package {@code io.jvmroute}
     * @param folder where to write to
     * @throws IOException if it does not compile; the message says why
     */
    static Map<String, byte[]> compile(PlantedDefect defect, Path sources, Path folder) throws IOException {
        Path source = folder.resolve("sources").resolve(defect.source());
        Path classes = Files.createTempDirectory(folder, "classes");
        Files.createDirectories(source.getParent());
        Files.writeString(source, defect.plant(sources));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int status = compiler.run(
                null,
                errors,
                errors,
                "-proc:none",
                "--release",
                "17",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString());
        if (status != 0) {
            throw new IOException(defect.name() + ": " + errors.toString(StandardCharsets.UTF_8));
        }
        Map<String, byte[]> compiled = new HashMap<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                compiled.put(classes.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return compiled;
    }

    /** Copies a JAR, and the JARs in it, with these classes instead of its own. */
    static void replace(Path jar, Map<String, byte[]> classes, Path target) throws IOException {
        try (InputStream in = Files.newInputStream(jar);
                OutputStream out = Files.newOutputStream(target)) {
            replace(in, classes, out);
        }
    }

    private static void replace(InputStream jar, Map<String, byte[]> classes, OutputStream target) throws IOException {
        Map<String, String> digests = new HashMap<>();
        ZipInputStream in = new ZipInputStream(jar);
        ZipOutputStream out = new ZipOutputStream(target);
        for (ZipEntry entry; (entry = in.getNextEntry()) != null; ) {
            byte[] content = classes.getOrDefault(entry.getName(), in.readAllBytes());
            if (entry.getName().contains("jvmroute-") && entry.getName().endsWith(".jar")) {
                ByteArrayOutputStream nested = new ByteArrayOutputStream();
                replace(new ByteArrayInputStream(content), classes, nested);
                content = nested.toByteArray();
            } else if (entry.getName().endsWith(".sha256")) {
                content = redigested(new String(content, StandardCharsets.UTF_8), digests);
            }
            digests.put(entry.getName().replaceAll(".*/", ""), sha256(content));
            out.putNextEntry(new ZipEntry(entry.getName()));
            out.write(content);
        }
        out.finish();
    }

    /** The index of nested JARs, which has their digests. */
    private static byte[] redigested(String index, Map<String, String> digests) {
        List<String> lines = index.lines()
                .map(line -> line.replaceAll("^\\w+", digests.getOrDefault(line.replaceAll(".*[ /*]", ""), "")))
                .toList();
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // every JDK has it
        }
    }
}
