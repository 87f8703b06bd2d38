package io.jvmroute;

import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.forward.Forwards;
import io.jvmroute.forward.HealthProbe;
import io.jvmroute.forward.HealthProbe.Sign;
import io.jvmroute.policy.NodeSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Looks at nodes that could not be reached, that the grid lost sight of, that another member can't reach or that keep a hop waiting, so that requests need not find out.
 *
 * <p>Runs on one thread, which it may block, and looks at several nodes at once: those that freeze together are all to be found in the time of one look. A node must answer HTTP, since the kernel accepts connections for a process that is frozen; of a static backend,
 * which may not like to be asked, an accepted connection is enough.
 *
 * <p>Hops on connections that are open already would not notice that the network swallows what they send. Where one waits for longer than {@link #PATIENCE}, its node must accept a connection, at the second attempt at least; how long it then takes
 * to answer is its own affair while the grid sees it, since an application may be slow, or busy with all its threads.
 *
 * <p>A suspect gets no request of a user: the look is the trial that goes ahead of them (the half-open state of a circuit breaker), and one good look takes it
 * back. One that falls again within a minute of that is held down, longer each time, whatever the looks say: two seconds, four, a minute at most. So a port that
 * opens and closes moves its clients a few times and not every second. Nobody is held down where there is no other node for its clients, or too few are reached.
 */
final class Reachability implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Reachability.class.getName());

    /** Looks at a node that neither the grid nor a connection reaches, before its address is forgotten: about ten minutes. */
    static final int LOOKS_BEFORE_FORGETTING = 600;

    /** How long a hop waits without a byte before its node is looked at. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** While the same node keeps hops waiting, it is tried again so long after it was. */
    private static final Duration PAUSE = Duration.ofSeconds(3);

    /** The time between two looks, and what is doubled with each further fall of a node. */
    static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Nodes that are looked at at once; more wait for their turn. */
    private static final int LOOKS_AT_ONCE = 16;

    private static final long IDLE_SECONDS = 10;

    private final NodeDirectory directory;
    private final boolean looksAtBackends;
    private final HealthProbe probe;
    private final Forwards forwards;
    private final LongSupplier nanoTime;
    private final Consumer<Node> report;
    private final Map<String, Integer> failures = new ConcurrentHashMap<>(); // incarnation -> looks in a row
    private final Map<String, Long> tried = new HashMap<>(); // route of one that keeps hops waiting -> when
    private final Set<String> lost = new HashSet<>(); // incarnations; guarded by this
    private final Set<String> doubted =
            ConcurrentHashMap.newKeySet(); // routes of those that are tried for another member
    private final ThreadPoolExecutor lookers;

    /**
     * Looks at nobody yet.
     *
     * @param looksAtBackends whether at static backends too, as a trial: not where they have health checks
     * @param forwards what waits for nodes; given up where a node neither answers nor refuses connections
     * @param nanoTime a monotonic clock
     * @param report told of each node that was found to be down here
     */
    Reachability(
            NodeDirectory directory,
            boolean looksAtBackends,
            HealthProbe probe,
            Forwards forwards,
            LongSupplier nanoTime,
            Consumer<Node> report) {
        this.directory = directory;
        this.looksAtBackends = looksAtBackends;
        this.probe = probe;
        this.forwards = forwards;
        this.nanoTime = nanoTime;
        this.report = report;
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
        Set<String> slow = new HashSet<>();
        List<Callable<Boolean>> looks = new ArrayList<>();
        for (Node node : view.nodes()) {
            boolean doubtful = !node.member() || view.isSuspect(node.route());
            if (view.isSelf(node)) {
                continue;
            }
            if (doubtful && node.isStatic() && !looksAtBackends) {
                looks.add(() -> looked(this::release, node));
            } else if (doubtful) {
                watched.add(node.incarnation());
                looks.add(() -> looked(this::look, node));
            } else if (forwards.keepsWaiting(node, PATIENCE)) {
                slow.add(node.route());
                if (isDue(node)) {
                    looks.add(() -> looked(this::tryAgain, node));
                }
            }
        }
        tried.keySet().retainAll(slow);
        List<Future<Boolean>> unused = lookers.invokeAll(looks);
        failures.keySet().retainAll(watched);
    }

    private static boolean looked(Consumer<Node> look, Node node) {
        try {
            look.accept(node);
            return true;
        } catch (RuntimeException e) { // of one, and none may hide the others
            LOG.log(System.Logger.Level.WARNING, "looking at route=" + node.route() + " failed; it goes on", e);
            return false;
        }
    }

    private boolean isDue(Node node) {
        long now = nanoTime.getAsLong();
        Long last = tried.get(node.route());
        boolean due = last == null || now - last >= PAUSE.toNanos();
        if (due) {
            tried.put(node.route(), now);
        }
        return due;
    }

    /** It keeps hops waiting; a connection that answers meanwhile is as good as one that comes about. */
    private void tryAgain(Node node) {
        if (probe.knock(node.url()) == Sign.SILENT
                && forwards.keepsWaiting(node, PATIENCE)
                && probe.knock(node.url()) == Sign.SILENT
                && forwards.keepsWaiting(node, PATIENCE)
                && suspect(node, "accepts no connection while requests wait for it")) {
            forwards.giveUp(node);
        }
    }

    /** A backend that is down: checks see to it that it is used again. */
    private void release(Node node) {
        if (knock(node) == Sign.SILENT) {
            forwards.giveUp(node);
        }
    }

    /** One attempt may be lost. */
    private Sign knock(Node node) {
        Sign sign = probe.knock(node.url());
        return sign == Sign.SILENT ? probe.knock(node.url()) : sign;
    }

    /** Another member can't reach this node: can this one? Does not wait. */
    void doubt(Node node) {
        if (!directory.view().isSuspect(node.route()) && doubted.add(node.route())) {
            execute(() -> {
                doubted.remove(node.route());
                boolean unused = looked(this::check, node);
            });
        }
    }

    /** Looks at each node that the grid has lost sight of since the last time, without waiting for the next round. Does not wait. */
    synchronized void observe(ClusterView view) {
        Set<String> absent = new HashSet<>();
        for (Node node : view.nodes()) {
            if (!node.member() && !view.isSelf(node)) {
                absent.add(node.incarnation());
                if (lost.add(node.incarnation())) {
                    execute(() -> {
                        boolean unused = looked(this::look, node);
                    });
                }
            }
        }
        lost.retainAll(absent);
    }

    private void execute(Runnable look) {
        try {
            lookers.execute(look);
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "closed: nobody looks at nodes any more");
        }
    }

    private void check(Node node) {
        Sign sign = knock(node);
        if ((sign == Sign.REFUSES || sign == Sign.SILENT) && directory.suspect(node)) {
            tellSuspect(node, "as another member says");
        }
    }

    private void look(Node node) {
        Sign sign = node.isStatic() ? probe.knock(node.url()) : probe.look(node.url());
        if (sign == Sign.ANSWERS) {
            failures.remove(node.incarnation());
            if (!isHeldDown(node) && directory.recovered(node)) {
                LOG.log(System.Logger.Level.INFO, "route={0} recovered: answers again", node.route());
            }
        } else {
            if (directory.suspect(node)) {
                tellSuspect(node, "left the grid and does not answer");
            }
            if (node.state() != NodeState.DRAINING && sign == Sign.SILENT) {
                forwards.giveUp(node); // one that refuses connections may be about to finish what it has
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

    /**
     * This node could not reach that one: the other members are told.
     *
     * @return whether that is news
     */
    boolean suspect(Node node, String cause) {
        boolean news = directory.suspect(node);
        if (news) {
            tellSuspect(node, cause);
            report.accept(node);
        }
        return news;
    }

    /** Once for each fall, whoever found out. */
    private void tellSuspect(Node node, String cause) {
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
}
