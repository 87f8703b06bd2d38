package io.jvmroute;

import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Looks again at nodes that could not be reached or that the grid lost sight of, so that requests need not find out.
 *
 * <p>Runs on the worker thread alone. A look is a TCP connection to the node's address.
 */
final class Reachability {
    private static final System.Logger LOG = System.getLogger(Reachability.class.getName());

    /** Looks at a node that neither the grid nor a connection reaches, before its address is forgotten: about ten minutes. */
    static final int LOOKS_BEFORE_FORGETTING = 600;

    private final NodeDirectory directory;
    private final Duration connectTimeout;
    private final boolean looksAtBackends;
    private final Map<String, Integer> failures = new HashMap<>(); // incarnation -> looks in a row

    Reachability(NodeDirectory directory, Duration connectTimeout) {
        this(directory, connectTimeout, /* looksAtBackends= */ true);
    }

    /** The same, which leaves static backends alone where they have health checks. */
    Reachability(NodeDirectory directory, Duration connectTimeout, boolean looksAtBackends) {
        this.directory = directory;
        this.connectTimeout = connectTimeout;
        this.looksAtBackends = looksAtBackends;
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
        if (accepts(node)) {
            failures.remove(node.incarnation());
            if (directory.recovered(node)) {
                LOG.log(System.Logger.Level.INFO, "route={0} recovered: accepts connections again", node.route());
            }
        } else {
            if (directory.suspect(node)) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "route={0} suspect: left the grid, accepts no connection",
                        node.route());
            }
            if (failures.merge(node.incarnation(), 1, Integer::sum) >= LOOKS_BEFORE_FORGETTING && !node.member()) {
                directory.forget(node);
                LOG.log(System.Logger.Level.INFO, "route={0} forgotten: unreachable at {1}", node.route(), node.url());
            }
        }
    }

    /** Whether something accepts connections at the node's address. May wait as long as the connect timeout. */
    boolean accepts(Node node) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(node.url().getHost(), node.url().getPort()), (int) connectTimeout.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
