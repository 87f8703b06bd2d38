package io.jvmroute;

import io.jvmroute.cluster.NodeState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A file by which whoever can do nothing else drains this node: it drains from when the file is there, and is ready again when it is gone.
 *
 * <p>The file's coming and going counts, not its being there: what a control call says in between holds. A thread of its own looks once a second, since a
 * file system may keep it waiting.
 */
final class DrainFile implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(JvmRoute.class.getName());

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Path file;
    private final Supplier<NodeState> state;
    private final Runnable drain;
    private final Runnable ready;
    private final ScheduledExecutorService looker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "jvmroute-drain-file");
        thread.setDaemon(true);
        return thread;
    });
    private boolean obeyed;

    /**
     * Looks at nothing yet.
     *
     * @param state of this node, which is told nothing before it is ready
     */
    DrainFile(Path file, Supplier<NodeState> state, Runnable drain, Runnable ready) {
        this.file = file;
        this.state = state;
        this.drain = drain;
        this.ready = ready;
    }

    void start() {
        var unused = looker.scheduleWithFixedDelay(
                new Tireless("looking for " + file, INTERVAL, this::look),
                INTERVAL.toMillis(),
                INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    void look() {
        try {
            boolean there = Files.exists(file);
            if (there && !obeyed && state.get() == NodeState.READY) {
                obeyed = true;
                LOG.log(System.Logger.Level.INFO, "drains: {0} is there", file);
                drain.run();
            } else if (!there && obeyed) {
                obeyed = false;
                if (state.get() == NodeState.DRAINING) {
                    LOG.log(System.Logger.Level.INFO, "ready again: {0} is gone", file);
                    ready.run();
                }
            }
        } catch (IllegalStateException e) { // it stops meanwhile
            LOG.log(System.Logger.Level.DEBUG, "what {0} says comes too late", file, e);
        }
    }

    @Override
    public void close() {
        looker.shutdownNow();
    }
}
