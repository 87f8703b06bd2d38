package io.jvmroute;

import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.forward.HealthProbe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Looks again at nodes that could not be reached or that the grid lost sight of, so that requests need not find out.
 *
 * <p>Runs on one thread, which it may block. A node must answer HTTP, since the kernel accepts connections for a process that is frozen; of a static backend,
 * which may not like to be asked, an accepted connection is enough.
 */
final class Reachability {
    private static final System.Logger LOG = System.getLogger(Reachability.class.getName());

    /** Looks at a node that neither the grid nor a connection reaches, before its address is forgotten: about ten minutes. */
    static final int LOOKS_BEFORE_FORGETTING = 600;

    private final NodeDirectory directory;
    private final Duration connectTimeout;
    private final boolean looksAtBackends;
    private final HealthProbe probe;
    private final Consumer<Node> silent;
    private final Map<String, Integer> failures = new HashMap<>(); // incarnation -> looks in a row

    /**
     * Looks at nobody yet.
     *
     * @param looksAtBackends whether at static backends too: not where they have health checks
     * @param silent told of each look at a node that accepts a connection and does not answer
     */
    Reachability(
            NodeDirectory directory,
            Duration connectTimeout,
            boolean looksAtBackends,
            HealthProbe probe,
            Consumer<Node> silent) {
        this.directory = directory;
        this.connectTimeout = connectTimeout;
        this.looksAtBackends = looksAtBackends;
        this.probe = probe;
        this.silent = silent;
    }

    void probe() {
        ClusterView view = directory.view();
        Set<String> watched = new HashSet<>();
        for (Node node : view.nodes()) {
            boolean ours = !view.isSelf(node) && (looksAtBackends || !node.isStatic());
            if (ours && (!node.member() || view.isSuspect(node.route()))) {
                watched.add(node.incarnation());
                look(node);
            }
        }
        failures.keySet().retainAll(watched);
    }

    private void look(Node node) {
        if (node.isStatic() ? accepts(node, connectTimeout) : probe.answers(node.url())) {
            failures.remove(node.incarnation());
            if (directory.recovered(node)) {
                LOG.log(System.Logger.Level.INFO, "route={0} recovered: answers again", node.route());
            }
        } else {
            if (directory.suspect(node)) {
                LOG.log(System.Logger.Level.INFO, "route={0} suspect: left the grid and does not answer", node.route());
            }
            if (node.state() != NodeState.DRAINING && accepts(node, connectTimeout)) {
                silent.accept(node); // one that refuses connections may be about to finish what it has
            }
            if (failures.merge(node.incarnation(), 1, Integer::sum) >= LOOKS_BEFORE_FORGETTING && !node.member()) {
                directory.forget(node);
                LOG.log(System.Logger.Level.INFO, "route={0} forgotten: unreachable at {1}", node.route(), node.url());
            }
        }
    }

    /** Whether something accepts connections at the node's address. May wait as long as the limit. */
    static boolean accepts(Node node, Duration limit) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(node.url().getHost(), node.url().getPort()), (int) limit.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
