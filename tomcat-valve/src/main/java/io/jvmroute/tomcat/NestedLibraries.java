package io.jvmroute.tomcat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The libraries inside the self-contained JAR, by its index: one line per library, in the format of {@code sha256sum}.
 *
 * @param version names this set of libraries: the same for the same bytes
 */
record NestedLibraries(String version, List<Library> libraries, ClassLoader source) {
    private static final String INDEX = "META-INF/jvmroute/lib.sha256";
    private static final String FOLDER = "META-INF/jvmroute/lib/";
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  ([A-Za-z0-9][A-Za-z0-9._-]*\\.jar)");
    private static final int VERSION_LENGTH = 16;

    NestedLibraries {
        libraries = List.copyOf(libraries);
    }

    /** A nested JAR file: its name and what its bytes hash to, in hex digits. */
    record Library(String name, String sha256) {}

    /**
     * The libraries that {@code source} sees; null where jvmroute's own JARs are on the class path instead.
     *
     * @throws IOException if there are two self-contained JARs, or the index is damaged
     */
    static @Nullable NestedLibraries find(ClassLoader source) throws IOException {
        Map<String, URL> indexes = new LinkedHashMap<>(); // by text: URL.equals asks the name service
        for (URL index : Collections.list(source.getResources(INDEX))) {
            indexes.put(index.toExternalForm(), index);
        }
        if (indexes.isEmpty()) {
            return null;
        }
        if (indexes.size() > 1) {
            throw new IOException(
                    "more than one self-contained JAR in Tomcat's lib: " + indexes.keySet() + " (expected: one)");
        }
        URL index = indexes.values().iterator().next();
        try (InputStream in = index.openStream()) {
            return parse(index, in.readAllBytes(), source);
        }
    }

    private static NestedLibraries parse(URL index, byte[] text, ClassLoader source) throws IOException {
        List<Library> libraries = new ArrayList<>();
        for (String line : new String(text, StandardCharsets.UTF_8).lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new IOException(index + ": " + line + " (expected: a SHA-256 and the name of a JAR)");
            }
            libraries.add(new Library(matcher.group(2), matcher.group(1)));
        }
        String version = hex(sha256().digest(text)).substring(0, VERSION_LENGTH);
        return new NestedLibraries(version, libraries, source);
    }

    /**
     * The bytes of a library.
     *
     * @throws IOException if the JAR lacks it
     */
    InputStream open(Library library) throws IOException {
        InputStream in = source.getResourceAsStream(FOLDER + library.name());
        if (in == null) {
            throw new IOException(
                    "the self-contained JAR is incomplete: " + FOLDER + library.name() + " (expected: in the JAR)");
        }
        return in;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
