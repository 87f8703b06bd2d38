package io.jvmroute.tomcat;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says to other processes that a folder is in use: a file of our own in it, locked as long as we live.
 *
 * <p>The operating system drops the lock of a process that is killed. Where it has no locks, as on some network file systems, a folder counts as
 * used as long as such a file is there.
 */
final class FolderUse implements Closeable {
    private static final String SUFFIX = ".lock";

    /** Locks of this process: to open and close such a file once more would give up its lock (POSIX, fcntl). */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final String id;
    private final FileChannel channel;

    private FolderUse(Path folder, String id, FileChannel channel) {
        this.folder = folder;
        this.id = id;
        this.channel = channel;
    }

    /**
     * Begins to use {@code folder}, and clears away what processes that died there left.
     *
     * @throws IOException if the folder can't be written
     */
    static FolderUse begin(Path folder) throws IOException {
        String id = UUID.randomUUID().toString();
        Path lock = folder.resolve(id + SUFFIX);
        FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        FolderUse use = new FolderUse(folder, id, channel);
        HELD_HERE.add(lock);
        tryLock(channel);
        use.clear();
        return use;
    }

    /** A file for the time of this use; who uses the folder later removes it if this process dies. */
    Path file(String name) {
        return folder.resolve(id + "-" + name);
    }

    private void clear() throws IOException {
        for (Path lock : locks(folder)) {
            String other = lock.getFileName().toString().replace(SUFFIX, "");
            if (!isHeld(lock)) {
                try (Stream<Path> files = Files.list(folder)) {
                    for (Path file : files.filter(
                                    f -> f.getFileName().toString().startsWith(other))
                            .toList()) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        }
    }

    /** Whether a live process uses {@code folder}. */
    static boolean isUsed(Path folder) throws IOException {
        for (Path lock : locks(folder)) {
            if (isHeld(lock)) {
                return true;
            }
        }
        return false;
    }

    private static List<Path> locks(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().endsWith(SUFFIX))
                    .toList();
        }
    }

    private static boolean isHeld(Path lock) throws IOException {
        if (HELD_HERE.contains(lock)) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            return tryLock(channel) == null;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Null if another holds it, or there are no locks here. */
    private static @Nullable FileLock tryLock(FileChannel channel) {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException | IOException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        Path lock = folder.resolve(id + SUFFIX);
        channel.close();
        HELD_HERE.remove(lock);
        Files.deleteIfExists(lock);
    }

    @Override
    public String toString() {
        return folder.resolve(id + SUFFIX).toString();
    }
}
