package io.jvmroute;

import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.forward.Forwards;
import io.jvmroute.record.OwnedSessions;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How a node lets go of its sessions and clients.
 *
 * <pre>
 * drain:  say DRAINING --> others have heard --> hand over what can go, again and again, until ready or the end
 * stop:   drain --> sessions gone, or time is over --> no new connections --> requests done, clients gone, or time is over
 * </pre>
 *
 * <p>Sessions are waited for only while another node is ready to take visitors: else there is nothing to drain to. Thread-safe.
 */
final class Drain {
    private static final System.Logger LOG = System.getLogger(JvmRoute.class.getName());

    /** What the grid takes to tell all nodes, with room to spare; who hears later is refused the hop and asks again. */
    private static final Duration HEARD = Duration.ofMillis(300);

    /** What a session store may take for the session that it is at. */
    private static final Duration LAST_ROUND = Duration.ofSeconds(5);

    private static final Duration WRITTEN = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration PROGRESS = Duration.ofSeconds(5);
    /** What a stop keeps of its time for the requests that are left when the sessions have used theirs up. */
    private static final Duration LAST_REQUESTS = Duration.ofSeconds(3);
    /** How long clients have to come once more and hear that their connection ends. */
    private static final Duration FAREWELL = Duration.ofSeconds(3);

    private final AffinityConfig config;
    private final Membership membership;
    private final NodeDirectory directory;
    private final OwnedSessions owned;
    private final Forwards forwarder;
    private final String route;
    private volatile SessionHost sessions = SessionHost.NONE;
    private volatile ClientConnections clients = ClientConnections.UNKNOWN;
    private volatile @Nullable HandOver handOver;
    private volatile boolean heard;
    private volatile boolean stopping;
    private @Nullable Thread worker;

    Drain(
            AffinityConfig config,
            Membership membership,
            NodeDirectory directory,
            OwnedSessions owned,
            Forwards forwarder) {
        this.config = config;
        this.membership = membership;
        this.directory = directory;
        this.owned = owned;
        this.forwarder = forwarder;
        route = String.valueOf(config.route());
    }

    void use(SessionHost host, ClientConnections connections) {
        sessions = host;
        clients = connections;
    }

    /** Whether this node holds the session of an id. */
    boolean holds(String sessionId) {
        return sessions.holds(sessionId);
    }

    /** Whether the stop has begun, after which nothing makes the node ready again. */
    boolean isStopping() {
        return stopping;
    }

    // ---- draining ----

    /** Says {@code state}, and hands sessions over from then on, in the background. A node that drains already goes on. */
    synchronized void begin(NodeState state) {
        membership.changeState(state);
        if (config.route() == null || (worker != null && worker.isAlive())) {
            heard |= config.route() == null;
            return;
        }
        heard = false;
        handOver = new HandOver(route, owned);
        worker = new Thread(this::handOver, "jvmroute-drain");
        worker.setDaemon(true);
        worker.start();
    }

    private void handOver() {
        try {
            membership.published().toCompletableFuture().get(WRITTEN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(System.Logger.Level.DEBUG, "the grid did not hear that this node drains", e);
        } catch (InterruptedException e) {
            return; // the end
        }
        if (!directory.view().nodes().stream().allMatch(directory.view()::isSelf)) {
            pause(HEARD);
        }
        heard = true;
        HandOver moves = handOver;
        boolean movesRequests = config.affinity().beginsWithSession();
        while (moves != null
                && movesRequests
                && isLeaving()
                && !Thread.currentThread().isInterrupted()) {
            moves.round(sessions, directory.view());
            pause(LOOK);
        }
    }

    private boolean isLeaving() {
        NodeState state = directory.view().selfState();
        return state == NodeState.DRAINING || state == NodeState.MAINTENANCE;
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    /** The container is about to end its sessions itself. */
    private void endHandOver() {
        Thread running;
        synchronized (this) {
            running = worker;
        }
        if (running != null) {
            running.interrupt();
            try {
                running.join(LAST_ROUND.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ends the background work. */
    synchronized void close() {
        if (worker != null) {
            worker.interrupt();
        }
    }

    // ---- stopping ----

    /** Drains, and waits until nothing is left, at most {@code drainTimeout}. */
    void awaitDrained() {
        stopping = true;
        long start = System.nanoTime();
        int before = owned.size();
        long goneBefore = owned.handedOver();
        boolean serves = directory.view().selfState() != NodeState.MAINTENANCE;
        begin(serves ? NodeState.DRAINING : NodeState.MAINTENANCE);
        long total = config.drainTimeout().toNanos();
        long forSessions = total - Math.min(LAST_REQUESTS.toNanos(), total / 4);
        if (serves) {
            awaitSessions(start, forSessions, before);
        }
        int left = owned.size();
        forwarder.endTunnels();
        clients.endStreams();
        awaitRequests(start, total, before);
        endHandOver();
        long handedOver = owned.handedOver() - goneBefore;
        int requests = requests();
        boolean cut = (left > 0 && hasHeir()) || requests > 0;
        LOG.log(
                cut ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
                "route={0} drained in {1} ms: {2} of {3} sessions handed over, {4} left here, {5} requests in flight{6}",
                route,
                String.valueOf(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)),
                handedOver,
                before,
                left,
                requests,
                cut ? "; what is left is cut: drainTimeout is over" : "");
    }

    private void awaitSessions(long start, long limit, int before) {
        long told = start;
        while (System.nanoTime() - start < limit && (!heard || (hasHeir() && owned.size() > 0) || isHandingOver())) {
            told = tell(told, before);
            pause(LOOK);
        }
    }

    /** Turns new clients away, then waits for the requests in flight and for the clients that are left, of tunnels too, to hear of it. */
    private void awaitRequests(long start, long limit, int before) {
        long told = System.nanoTime();
        long farewell = told + FAREWELL.toNanos();
        boolean mayLeave = limit > 0 && clients.tryRefuseNew() && hasHeir();
        while (System.nanoTime() - start < limit
                && (requests() > 0
                        || forwarder.openTunnels() > 0
                        || (mayLeave && clients.open() > 0 && System.nanoTime() - farewell < 0))) {
            told = tell(told, before);
            pause(LOOK);
        }
    }

    private boolean isHandingOver() {
        HandOver moves = handOver;
        return moves != null && moves.isUnderWay();
    }

    /** Whether another node would take this one's visitors; a frontend can't know whether there is another one. */
    private boolean hasHeir() {
        return config.route() == null || !directory.view().ready().isEmpty();
    }

    private int requests() {
        return clients.requests() + forwarder.inFlight();
    }

    private long tell(long told, int before) {
        long now = System.nanoTime();
        if (now - told < PROGRESS.toNanos()) {
            return told;
        }
        LOG.log(
                System.Logger.Level.INFO,
                "route={0} draining: {1} of {2} sessions left, {3} requests in flight",
                route,
                owned.size(),
                before,
                requests());
        return now;
    }
}
