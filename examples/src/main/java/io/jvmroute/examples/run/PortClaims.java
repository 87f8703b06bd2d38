package io.jvmroute.examples.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports that this runner keeps from other runners of the same user for as long as it lives: also while their nodes have
 * not started yet, or are dead and will come back. A lock on a file for each; the system ends it with the process.
 */
final class PortClaims {

    private final Path folder;
    private final List<FileChannel> held = new ArrayList<>();

    PortClaims(Path folder) {
        this.folder = folder;
    }

    static PortClaims ofUser() {
        return new PortClaims(
                Path.of(System.getProperty("java.io.tmpdir"), "jvmroute-ports-" + System.getProperty("user.name")));
    }

    /** Whether the port is ours now. */
    boolean claim(int port) {
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(
                    folder.resolve(String.valueOf(port)), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                return false;
            }
            held.add(channel);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
