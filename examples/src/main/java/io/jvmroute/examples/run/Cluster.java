package io.jvmroute.examples.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The running Tomcats. Ends every one that it started, whatever happens. Safe for use by several threads. */
final class Cluster implements AutoCloseable {

    private static final Duration PATIENCE_AT_END = Duration.ofSeconds(15);

    private final ClusterPlan plan;
    private final Path tomcat;
    private final Map<String, TomcatProcess> processes = new LinkedHashMap<>();
    private boolean isClosed;

    Cluster(ClusterPlan plan, Path tomcat) {
        this.plan = plan;
        this.tomcat = tomcat;
    }

    ClusterPlan plan() {
        return plan;
    }

    /** @throws ClusterException if the node runs already or all are being ended */
    synchronized TomcatProcess start(NodePlan node) throws IOException, ClusterException {
        if (isClosed) {
            throw new ClusterException("the end has begun");
        }
        if (process(node) != null) {
            throw new ClusterException(node.name() + " runs already");
        }
        TomcatProcess started = TomcatProcess.start(node, tomcat);
        processes.put(node.name(), started);
        started.onEnd(() -> report(started));
        return started;
    }

    /** @throws ClusterException if the node does not run */
    void kill(NodePlan node) throws ClusterException, InterruptedException {
        TomcatProcess process = process(node);
        if (process == null) {
            throw new ClusterException(node.name() + " does not run");
        }
        process.kill();
    }

    synchronized @Nullable TomcatProcess process(NodePlan node) {
        TomcatProcess process = processes.get(node.name());
        return process != null && process.isAlive() ? process : null;
    }

    @Override
    public void close() {
        List<TomcatProcess> last;
        synchronized (this) {
            isClosed = true;
            last = List.copyOf(processes.values());
        }
        last.forEach(TomcatProcess::stop);
        long deadline = System.nanoTime() + PATIENCE_AT_END.toNanos();
        for (TomcatProcess process : last) {
            try {
                process.awaitEnd(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                last.forEach(TomcatProcess::forceEnd);
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private synchronized void report(TomcatProcess ended) {
        if (!isClosed) {
            System.out.println(ended.plan().name() + " has ended (process " + ended.pid() + ", status "
                    + ended.exitStatus() + ")");
        }
    }
}
