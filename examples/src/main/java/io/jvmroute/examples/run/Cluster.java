package io.jvmroute.examples.run;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The running servers. Ends every one that it started, whatever happens. Safe for use by several threads. */
final class Cluster implements AutoCloseable {

    private static final Duration PATIENCE_AT_END = Duration.ofSeconds(15);

    private final ClusterPlan plan;
    private final Map<NodePlan.Kind, Container> containers;
    private final Map<String, NodeProcess> processes = new LinkedHashMap<>();
    private boolean isClosed;

    Cluster(ClusterPlan plan, Map<NodePlan.Kind, Container> containers) {
        this.plan = plan;
        this.containers = Map.copyOf(containers);
    }

    private Container container(NodePlan node) {
        return Objects.requireNonNull(containers.get(node.kind()), node::name);
    }

    /** Makes the folders of all nodes anew. */
    void makeFolders() throws IOException {
        for (NodePlan node : plan.all()) {
            container(node).make(node);
        }
    }

    ClusterPlan plan() {
        return plan;
    }

    /** @throws ClusterException if the node runs already or all are being ended */
    synchronized NodeProcess start(NodePlan node) throws IOException, ClusterException {
        if (isClosed) {
            throw new ClusterException("the end has begun");
        }
        if (process(node) != null) {
            throw new ClusterException(node.name() + " runs already");
        }
        NodeProcess started = NodeProcess.start(node, container(node).command(node));
        processes.put(node.name(), started);
        started.onEnd(() -> report(started));
        return started;
    }

    /** @throws ClusterException if the node does not run */
    void kill(NodePlan node) throws ClusterException, InterruptedException {
        NodeProcess process = process(node);
        if (process == null) {
            throw new ClusterException(node.name() + " does not run");
        }
        process.kill();
    }

    synchronized @Nullable NodeProcess process(NodePlan node) {
        NodeProcess process = processes.get(node.name());
        return process != null && process.isAlive() ? process : null;
    }

    @Override
    public void close() {
        List<NodeProcess> last;
        synchronized (this) {
            isClosed = true;
            last = List.copyOf(processes.values());
        }
        last.forEach(NodeProcess::stop);
        long deadline = System.nanoTime() + PATIENCE_AT_END.toNanos();
        for (NodeProcess process : last) {
            try {
                process.awaitEnd(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                last.forEach(NodeProcess::forceEnd);
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private synchronized void report(NodeProcess ended) {
        if (!isClosed) {
            System.out.println(ended.plan().name() + " has ended (process " + ended.pid() + ", status "
                    + ended.exitStatus() + ")");
        }
    }
}
