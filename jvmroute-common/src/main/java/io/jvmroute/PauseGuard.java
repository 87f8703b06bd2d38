package io.jvmroute;

import io.jvmroute.cluster.Grid;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices that this process stood still for so long (a frozen virtual machine, a very long collection) that the others may have moved its sessions, and says so
 * until it has heard from another member and read the pins again.
 *
 * <p>A thread of its own looks at the clock; so does every request, since after a standstill it may come first. Thread-safe.
 */
final class PauseGuard implements AutoCloseable {
    /** Below the time after which the grid gives a silent member up. */
    static final Duration LIMIT = Duration.ofSeconds(5);

    /** A cluster that has not come back by then has lost the others. */
    static final Duration LONGEST_DOUBT = Duration.ofSeconds(60);

    private static final System.Logger LOG = System.getLogger(PauseGuard.class.getName());
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final Supplier<@Nullable Grid> grid;
    private final LongSupplier nanoTime;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "jvmroute-clock");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean hadPeers;
    private volatile boolean doubtful;
    private volatile long lastTick;
    private long doubtfulSince; // by the clock alone

    /** {@code grid} gives the joined one, or null. */
    PauseGuard(Supplier<@Nullable Grid> grid, LongSupplier nanoTime) {
        this.grid = grid;
        this.nanoTime = nanoTime;
        lastTick = nanoTime.getAsLong();
    }

    void start() {
        lastTick = nanoTime.getAsLong();
        var unused = clock.scheduleWithFixedDelay(
                new Tireless("looking at the clock", INTERVAL, this::tick),
                INTERVAL.toMillis(),
                INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Whether sessions may have moved away unnoticed. */
    boolean isDoubtful() {
        return doubtful || (hadPeers && nanoTime.getAsLong() - lastTick > LIMIT.toNanos());
    }

    void tick() {
        try {
            look(nanoTime.getAsLong());
        } catch (RuntimeException e) { // of Hazelcast's many, and none may stop the clock
            LOG.log(System.Logger.Level.DEBUG, "asking the grid failed", e);
        } finally {
            lastTick = nanoTime.getAsLong(); // the question may have taken a while
        }
    }

    private void look(long now) {
        if (!doubtful && hadPeers && now - lastTick > LIMIT.toNanos()) {
            doubtful = true;
            doubtfulSince = now;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "stood still for {0} s: no session is served before this node knows which have moved",
                    TimeUnit.NANOSECONDS.toSeconds(now - lastTick));
        }
        if (doubtful) {
            learn(now);
        } else {
            Grid joined = grid.get();
            hadPeers = joined != null && joined.hasPeers();
        }
    }

    private void learn(long now) {
        boolean over = now - doubtfulSince > LONGEST_DOUBT.toNanos();
        Grid joined = grid.get();
        boolean learned = !over && joined != null && joined.readFromPeers();
        if (learned || over) {
            doubtful = false;
            LOG.log(System.Logger.Level.INFO, learned ? "sessions are served again" : "no other member comes back");
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        hadPeers = false;
        doubtful = false;
    }
}
