package io.jvmroute.hazelcast;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where this process listens, as Linux's {@code /proc} tells. */
final class ListeningSockets {
    /** Little-endian address, port, state LISTEN, inode; of IPv6, the last word of an address. */
    private static final Pattern LINE =
            Pattern.compile("\\s*\\d+: ([0-9A-F]*)([0-9A-F]{8}):([0-9A-F]{4}) \\S+ 0A (?:\\S+\\s+){5}(\\d+) .*");

    private ListeningSockets() {}

    /** {@code 127.0.0.1:5701}; an address of IPv6 shows with its last four bytes, {@code 0.0.0.0:5701} for any. */
    static Set<String> ofThisProcess() throws IOException {
        Set<String> inodes = inodes();
        Set<String> found = new TreeSet<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                Matcher matcher = LINE.matcher(line);
                if (matcher.matches() && inodes.contains(matcher.group(4))) {
                    found.add(address(matcher.group(2)) + ":" + Integer.parseInt(matcher.group(3), 16));
                }
            }
        }
        return found;
    }

    private static String address(String hex) {
        StringBuilder address = new StringBuilder();
        for (int at = 6; at >= 0; at -= 2) {
            address.append(Integer.parseInt(hex.substring(at, at + 2), 16)).append(at == 0 ? "" : ".");
        }
        return address.toString();
    }

    private static Set<String> inodes() throws IOException {
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                String target = target(descriptor);
                if (target.startsWith("socket:[")) {
                    inodes.add(target.substring(8, target.length() - 1));
                }
            }
        }
        return inodes;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException closed) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
