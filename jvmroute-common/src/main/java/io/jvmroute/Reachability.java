package io.jvmroute;

import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.forward.HealthProbe;
import io.jvmroute.policy.NodeSelector;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks again at nodes that could not be reached or that the grid lost sight of, so that requests need not find out.
 *
 * <p>Runs on one thread, which it may block, and looks at several nodes at once: those that freeze together are all to be found in the time of one look. A node must answer HTTP, since the kernel accepts connections for a process that is frozen; of a static backend,
 * which may not like to be asked, an accepted connection is enough.
 *
 * <p>A suspect gets no request of a user: the look is the trial that goes ahead of them (the half-open state of a circuit breaker), and one good look takes it
 * back. One that falls again within a minute of that is held down, longer each time, whatever the looks say: two seconds, four, a minute at most. So a port that
 * opens and closes moves its clients a few times and not every second. Nobody is held down where there is no other node for its clients, or too few are reached.
 */
final class Reachability implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Reachability.class.getName());

    /** Looks at a node that neither the grid nor a connection reaches, before its address is forgotten: about ten minutes. */
    static final int LOOKS_BEFORE_FORGETTING = 600;

    /** The time between two looks, and what is doubled with each further fall of a node. */
    static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Nodes that are looked at at once; more wait for their turn. */
    private static final int LOOKS_AT_ONCE = 16;

    private static final long IDLE_SECONDS = 10;

    private final NodeDirectory directory;
    private final Duration connectTimeout;
    private final boolean looksAtBackends;
    private final HealthProbe probe;
    private final Consumer<Node> silent;
    private final Map<String, Integer> failures = new ConcurrentHashMap<>(); // incarnation -> looks in a row
    private final ThreadPoolExecutor lookers;

    /**
     * Looks at nobody yet.
     *
     * @param looksAtBackends whether at static backends too: not where they have health checks
     * @param silent told of each look at a node that neither answers nor refuses connections
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
        lookers = new ThreadPoolExecutor(
                LOOKS_AT_ONCE, LOOKS_AT_ONCE, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = Executors.defaultThreadFactory().newThread(task);
                    thread.setName("jvmroute-look");
                    thread.setDaemon(true);
                    return thread;
                });
        lookers.allowCoreThreadTimeOut(true);
    }

    /** One look at each of them; returns when all are done. */
    void probe() throws InterruptedException {
        ClusterView view = directory.view();
        Set<String> watched = new HashSet<>();
        List<Callable<Boolean>> looks = new ArrayList<>();
        for (Node node : view.nodes()) {
            boolean ours = !view.isSelf(node) && (looksAtBackends || !node.isStatic());
            if (ours && (!node.member() || view.isSuspect(node.route()))) {
                watched.add(node.incarnation());
                looks.add(() -> lookedAt(node));
            }
        }
        List<Future<Boolean>> unused = lookers.invokeAll(looks);
        failures.keySet().retainAll(watched);
    }

    private boolean lookedAt(Node node) {
        try {
            look(node);
            return true;
        } catch (RuntimeException e) { // of one, and none may hide the others
            LOG.log(System.Logger.Level.WARNING, "looking at route=" + node.route() + " failed; it goes on", e);
            return false;
        }
    }

    /** Another frontend can't reach this static backend: can this one? */
    void doubt(Node backend) {
        if (!directory.view().isSuspect(backend.route())
                && !accepts(backend, connectTimeout)
                && directory.suspect(backend)) {
            tellSuspect(backend, "as another frontend says");
        }
    }

    private void look(Node node) {
        if (node.isStatic() ? accepts(node, connectTimeout) : probe.answers(node.url())) {
            failures.remove(node.incarnation());
            if (!isHeldDown(node) && directory.recovered(node)) {
                LOG.log(System.Logger.Level.INFO, "route={0} recovered: answers again", node.route());
            }
        } else {
            if (directory.suspect(node)) {
                tellSuspect(node, "left the grid and does not answer");
            }
            if (node.state() != NodeState.DRAINING && !refuses(node)) {
                silent.accept(node); // one that refuses connections may be about to finish what it has
            }
            if (failures.merge(node.incarnation(), 1, Integer::sum) >= LOOKS_BEFORE_FORGETTING && !node.member()) {
                directory.forget(node);
                LOG.log(System.Logger.Level.INFO, "route={0} forgotten: unreachable at {1}", node.route(), node.url());
            }
        }
    }

    private boolean isHeldDown(Node node) {
        ClusterView view = directory.view();
        return !directory.heldDown(node).isZero()
                && !view.isMinority() // each node counts
                && !NodeSelector.candidates(view).isEmpty();
    }

    /** Once for each fall, whoever found out. */
    void tellSuspect(Node node, String cause) {
        Duration held = directory.heldDown(node);
        LOG.log(
                System.Logger.Level.INFO,
                "route={0} suspect: {1}{2}",
                node.route(),
                cause,
                held.isZero() ? "" : "; it fell again within a minute: held down " + seconds(held));
    }

    /** Whole seconds, rounded up. */
    static String seconds(Duration time) {
        return time.plusMillis(999).toSeconds() + " s";
    }

    @Override
    public void close() {
        lookers.shutdownNow();
    }

    /** Whether its host says that nobody listens there. A process that is frozen accepts connections, a host that is cut off says nothing. */
    private boolean refuses(Node node) {
        try {
            connect(node, connectTimeout);
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether something accepts connections at the node's address. May wait as long as the limit. */
    static boolean accepts(Node node, Duration limit) {
        try {
            connect(node, limit);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void connect(Node node, Duration limit) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(node.url().getHost(), node.url().getPort()), (int) limit.toMillis());
        }
    }
}
