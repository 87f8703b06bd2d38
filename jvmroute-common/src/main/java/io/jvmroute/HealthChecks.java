package io.jvmroute;

import io.jvmroute.cluster.BackendHealth;
import io.jvmroute.cluster.BackendHealth.Answer;
import io.jvmroute.cluster.BackendHealth.State;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.forward.HealthProbe;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Checks static backends, each on its own schedule, on threads of its own, and tells the directory.
 *
 * <p>404 means no new sessions, any other status from 400 on and no answer that the backend is down. One that a request could not
 * reach comes up by good answers as well.
 *
 * <p>Frontends tell each other when a backend went down. Who hears of it asks that backend at once, and one bad answer is enough then; a good one
 * changes nothing. So what one found out the others know within one answer, and a frontend that is cut off takes no backend from the others. That a
 * backend is well again, each finds out by itself.
 */
final class HealthChecks implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HealthChecks.class.getName());
    private static final int MAX_THREADS = 8;

    private final NodeDirectory directory;
    private final HealthCheck check;
    private final HealthProbe probe;
    private final LongSupplier nanoTime;
    private final Consumer<Node> report;
    private final Map<String, Watch> watches; // by route
    private final ScheduledExecutorService checkers;

    /**
     * A backend under watch.
     *
     * @param health used by one thread at a time
     * @param doubted whether it is to be asked out of turn
     */
    private record Watch(Node backend, BackendHealth health, AtomicBoolean doubted) {}

    /** Checks nothing yet; {@code report} is told of each backend that this frontend found to be down. */
    HealthChecks(
            NodeDirectory directory,
            HealthCheck check,
            HealthProbe probe,
            List<Node> backends,
            LongSupplier nanoTime,
            Consumer<Node> report) {
        this.directory = directory;
        this.check = check;
        this.probe = probe;
        this.nanoTime = nanoTime;
        this.report = report;
        watches = backends.stream()
                .map(this::watch)
                .collect(Collectors.toMap(its -> its.backend().route(), Function.identity()));
        checkers = Executors.newScheduledThreadPool(Math.min(backends.size(), MAX_THREADS), task -> {
            Thread thread = new Thread(task, "jvmroute-health");
            thread.setDaemon(true);
            return thread;
        });
    }

    private Watch watch(Node backend) {
        return new Watch(backend, new BackendHealth(check.rise(), check.fall(), check.interval()), new AtomicBoolean());
    }

    void start() {
        long pause = check.interval().toMillis();
        for (Watch watch : watches.values()) {
            Tireless look = tireless(() -> look(watch, /* doubted= */ false));
            var unused = checkers.scheduleWithFixedDelay(look, 0, pause, TimeUnit.MILLISECONDS);
        }
    }

    private Tireless tireless(Runnable look) {
        return new Tireless("a health check", check.interval(), look);
    }

    /** Another frontend can't use this backend. */
    void doubt(Node backend) {
        Watch watch = watches.get(backend.route());
        if (watch == null
                || directory.view().isSuspect(backend.route())
                || !watch.doubted().compareAndSet(false, true)) {
            return;
        }
        try {
            checkers.execute(tireless(() -> {
                watch.doubted().set(false);
                look(watch, /* doubted= */ true);
            }));
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "closed: nobody looks at backends any more");
        }
    }

    private void look(Watch watch, boolean doubted) {
        int status = 0;
        String outcome;
        try {
            status = probe.ask(watch.backend().url(), check.path());
            outcome = "answers " + status;
        } catch (IOException e) {
            outcome = e.toString();
        }
        take(watch, answer(status), doubted, outcome);
    }

    private static Answer answer(int status) {
        if (status == 404) {
            return Answer.NO_NEW_SESSIONS;
        }
        return status >= 200 && status < 400 ? Answer.GOOD : Answer.BAD;
    }

    private void take(Watch watch, Answer answer, boolean doubted, String outcome) {
        Node backend = watch.backend();
        BackendHealth health = watch.health();
        synchronized (health) { // one out of turn may come beside one in turn
            long now = nanoTime.getAsLong();
            State before = health.state();
            if (directory.view().isSuspect(backend.route()) || (doubted && answer == Answer.BAD)) {
                health.suspect(now); // a request found out first, or another frontend
            }
            State after = health.after(answer, now);
            if (after != before) {
                change(backend, after, doubted);
                System.Logger.Level level =
                        after == State.DOWN ? System.Logger.Level.WARNING : System.Logger.Level.INFO;
                Duration held = health.heldDown(now);
                LOG.log(
                        level,
                        "route={0} {1}: {2} {3}{4}",
                        backend.route(),
                        after,
                        check.path(),
                        outcome,
                        held.isZero() ? "" : "; held down " + Reachability.seconds(held));
            }
        }
    }

    /** For how long this backend is still down, however well it answers. */
    Duration heldDown(Node backend) {
        Watch watch = watches.get(backend.route());
        if (watch == null) {
            return Duration.ZERO;
        }
        synchronized (watch.health()) {
            return watch.health().heldDown(nanoTime.getAsLong());
        }
    }

    private void change(Node backend, State state, boolean doubted) {
        if (state != State.DOWN) {
            directory.changeBackend(backend.withState(state == State.UP ? NodeState.READY : NodeState.DRAINING));
            directory.recovered(backend);
        } else if (directory.suspect(backend) && !doubted) {
            report.accept(backend);
        }
    }

    @Override
    public void close() {
        checkers.shutdownNow();
    }
}
