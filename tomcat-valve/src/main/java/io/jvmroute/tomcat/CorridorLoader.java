package io.jvmroute.tomcat;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.catalina.Container;
import org.apache.catalina.LifecycleException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the corridor, of the libraries nested in the self-contained JAR where there are any, otherwise of the class path.
 *
 * <p>Nested libraries are unpacked under {@code ${catalina.base}/work/jvmroute} and get a class loader of their own: neither web applications
 * nor Tomcat's scan of its {@code lib} folder meet them. For one start and stop; not for use by several threads.
 */
final class CorridorLoader {
    private static final System.Logger LOGGER = System.getLogger(CorridorLoader.class.getName());
    private static final String CORRIDOR = "io.jvmroute.tomcat.corridor.AffinityCorridor";
    private static final Duration THREADS_LIMIT = Duration.ofSeconds(2);

    private @Nullable LibraryFolder folder;
    private @Nullable IsolatedClassLoader isolated;

    /**
     * A corridor that isn't started.
     *
     * @throws LifecycleException if an option is wrong, the libraries can't be unpacked, or are incomplete; nothing is left open then
     */
    TomcatCorridor load(Map<String, String> options, Container container) throws LifecycleException {
        ClassLoader visible = CorridorLoader.class.getClassLoader();
        try {
            NestedLibraries libraries = NestedLibraries.find(visible);
            ClassLoader loader = libraries == null ? visible : isolate(libraries, visible, container);
            return ContextualCorridor.make(loader, () -> create(loader, options, container));
        } catch (LifecycleException | RuntimeException e) {
            close();
            throw e;
        } catch (IOException e) {
            close();
            throw new LifecycleException("AffinityValve: " + e.getMessage(), e);
        }
    }

    private ClassLoader isolate(NestedLibraries libraries, ClassLoader visible, Container container)
            throws IOException {
        Path base = catalinaBase(container);
        LibraryFolder unpacked = base == null
                ? LibraryFolder.temporary(libraries)
                : LibraryFolder.unpack(libraries, base.resolve("work").resolve("jvmroute"));
        folder = unpacked;
        IsolatedClassLoader loader = new IsolatedClassLoader(unpacked.urls(), visible);
        isolated = loader;
        return loader;
    }

    private static @Nullable Path catalinaBase(Container container) {
        File base = container.getCatalinaBase();
        if (base != null) {
            return base.toPath();
        }
        String property = System.getProperty("catalina.base");
        return property == null ? null : Path.of(property);
    }

    private static TomcatCorridor create(ClassLoader loader, Map<String, String> options, Container container)
            throws LifecycleException {
        try {
            return Class.forName(CORRIDOR, /* initialize= */ true, loader)
                    .asSubclass(TomcatCorridor.class)
                    .getConstructor(Map.class, Container.class)
                    .newInstance(options, container);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof LifecycleException wrongOption) {
                throw wrongOption;
            }
            throw new LifecycleException("AffinityValve: " + CORRIDOR + " can't be made", e.getCause());
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new LifecycleException("AffinityValve: jvmroute is incomplete: " + CORRIDOR + " can't be loaded", e);
        }
    }

    /** Lets go of the class loader and its files. The corridor is stopped by now. */
    void close() {
        IsolatedClassLoader loader = isolated;
        isolated = null;
        if (loader != null) {
            awaitThreads(loader);
            List<Thread> threads = threadsOf(loader);
            if (threads.isEmpty()) {
                closeQuietly(loader);
            } else {
                // such as a member that is still starting: without its classes it could not even end
                LOGGER.log(System.Logger.Level.WARNING, "running after the stop, so their classes stay: {0}", threads);
            }
        }
        closeQuietly(folder);
        folder = null;
    }

    private static void awaitThreads(ClassLoader loader) {
        long end = System.nanoTime() + THREADS_LIMIT.toNanos();
        try {
            for (Thread thread : threadsOf(loader)) {
                thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Thread> threadsOf(ClassLoader loader) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread != Thread.currentThread() && thread.getContextClassLoader() == loader)
                .toList();
    }

    private static void closeQuietly(@Nullable Closeable closeable) {
        if (closeable != null) {
            try {
                closeable.close();
            } catch (IOException e) {
                LOGGER.log(System.Logger.Level.WARNING, "not closed: " + closeable, e);
            }
        }
    }
}
