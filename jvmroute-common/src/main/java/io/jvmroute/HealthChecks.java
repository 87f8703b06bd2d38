package io.jvmroute;

import io.jvmroute.cluster.BackendHealth;
import io.jvmroute.cluster.BackendHealth.Answer;
import io.jvmroute.cluster.BackendHealth.State;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.forward.HealthProbe;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Checks static backends, each on its own schedule, on threads of its own, and tells the directory.
 *
 * <p>404 means no new sessions, any other status from 400 on and no answer that the backend is down. One that a request could not
 * reach comes up by good answers as well. Each frontend checks for itself.
 */
final class HealthChecks implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HealthChecks.class.getName());
    private static final int MAX_THREADS = 8;

    private final NodeDirectory directory;
    private final HealthCheck check;
    private final HealthProbe probe;
    private final LongSupplier nanoTime;
    private final ScheduledExecutorService checkers;

    HealthChecks(NodeDirectory directory, HealthCheck check, HealthProbe probe, int backends, LongSupplier nanoTime) {
        this.directory = directory;
        this.check = check;
        this.probe = probe;
        this.nanoTime = nanoTime;
        checkers = Executors.newScheduledThreadPool(Math.min(backends, MAX_THREADS), task -> {
            Thread thread = new Thread(task, "jvmroute-health");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start(List<Node> backends) {
        for (Node backend : backends) {
            BackendHealth health = new BackendHealth(check.rise(), check.fall(), check.interval());
            var unused = checkers.scheduleWithFixedDelay(
                    () -> look(backend, health), 0, check.interval().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look(Node backend, BackendHealth health) {
        try {
            int status = 0;
            String outcome;
            try {
                status = probe.ask(backend.url(), check.path());
                outcome = "answers " + status;
            } catch (IOException e) {
                outcome = e.toString();
            }
            take(backend, health, answer(status), outcome);
        } catch (RuntimeException e) { // or the schedule ends for good
            LOG.log(System.Logger.Level.WARNING, "a health check failed; it goes on in " + check.interval(), e);
        }
    }

    private static Answer answer(int status) {
        if (status == 404) {
            return Answer.NO_NEW_SESSIONS;
        }
        return status >= 200 && status < 400 ? Answer.GOOD : Answer.BAD;
    }

    void take(Node backend, BackendHealth health, Answer answer, String outcome) {
        long now = nanoTime.getAsLong();
        State before = health.state();
        if (directory.view().isSuspect(backend.route())) {
            health.suspect(now); // a request found out first
        }
        State after = health.after(answer, now);
        if (after == before) {
            return;
        }
        if (after == State.DOWN) {
            directory.suspect(backend);
        } else {
            directory.changeBackend(backend.withState(after == State.UP ? NodeState.READY : NodeState.DRAINING));
            directory.recovered(backend);
        }
        System.Logger.Level level = after == State.DOWN ? System.Logger.Level.WARNING : System.Logger.Level.INFO;
        LOG.log(level, "route={0} {1}: {2} {3}", backend.route(), after, check.path(), outcome);
    }

    @Override
    public void close() {
        checkers.shutdownNow();
    }
}
