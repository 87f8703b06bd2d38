package io.jvmroute;

import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.record.OwnedPin;
import io.jvmroute.record.OwnedSessions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives sessions back to the node where they began, once that has been ready for a while ({@code failback=home}).
 *
 * <p>The owner of a session does it, between two of its requests, as in a drain, for it alone knows the newest data: these are written to the store that the nodes
 * share, then the pin moves. Sessions whose data is in no such store stay: a copy elsewhere may be old, or not there. A few go at a time. A node that is
 * not ready itself gives nothing back.
 */
final class Failback implements AutoCloseable {
    /** How long a node has to be ready, and reached, without a break. */
    static final Duration CALM = Duration.ofSeconds(10);

    /** Sessions under way at once; a look each second begins no more. */
    static final int AT_ONCE = 100;

    private static final System.Logger LOG = System.getLogger(JvmRoute.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int LOOKS_BEFORE_TRYING_AGAIN = 600;

    private final String route;
    private final NodeDirectory directory;
    private final HandOver moves;
    private final LongSupplier nanoTime;
    private final Map<String, Calm> calm = new HashMap<>(); // by route
    private final ScheduledExecutorService looker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "jvmroute-failback");
        thread.setDaemon(true);
        return thread;
    });
    private volatile SessionHost sessions = SessionHost.NONE;
    private int looks;
    private long begunBefore;
    private long told;

    /** One life of a node, and since when it has been well. */
    private record Calm(Node node, long since) {}

    Failback(String route, NodeDirectory directory, OwnedSessions owned, LongSupplier nanoTime) {
        this.route = route;
        this.directory = directory;
        this.nanoTime = nanoTime;
        moves = new HandOver(route, owned);
    }

    void use(SessionHost host) {
        sessions = host;
    }

    void start() {
        if (!sessions.sharesData()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "route={0} failback=home: sessions of this container stay where they are, for it can not tell whether the first node''s copies are the newest",
                    route);
        }
        var unused = looker.scheduleWithFixedDelay(
                new Tireless("giving sessions back", INTERVAL, this::look),
                INTERVAL.toMillis(),
                INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** One look at the nodes and at the sessions. Used by one thread at a time. */
    void look() {
        ClusterView view = directory.view();
        observe(view);
        if (++looks % LOOKS_BEFORE_TRYING_AGAIN == 0) {
            moves.tryAllAgain();
        }
        begunBefore = moves.begun();
        if (view.selfState() == NodeState.READY && sessions.sharesData() && !calm.isEmpty()) {
            moves.round(sessions, this::findHome, AT_ONCE);
        }
        tell();
    }

    private void observe(ClusterView view) {
        long now = nanoTime.getAsLong();
        calm.keySet()
                .removeIf(known ->
                        view.ready().stream().noneMatch(node -> node.route().equals(known)));
        for (Node node : view.ready()) {
            Calm known = calm.get(node.route());
            if (!view.isSelf(node) && (known == null || !known.node().isSameLife(node))) {
                calm.put(node.route(), new Calm(node, now));
            }
        }
    }

    /** Where the session is to return to now; null if it stays. */
    private @Nullable Node findHome(OwnedPin pin) {
        String home = pin.home();
        Calm known = home == null || home.equals(route) ? null : calm.get(home);
        if (known == null || moves.begun() - begunBefore >= AT_ONCE) {
            return null;
        }
        return nanoTime.getAsLong() - known.since() >= CALM.toNanos() ? known.node() : null;
    }

    private void tell() {
        long gone = moves.gone();
        if (gone > told && moves.begun() == begunBefore && !moves.isUnderWay()) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "route={0} gave {1} sessions back to their first nodes",
                    route,
                    gone - told);
            told = gone;
        }
    }

    @Override
    public void close() {
        looker.shutdownNow();
    }
}
