package io.jvmroute;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.GridUnavailableException;
import io.jvmroute.cluster.HopKey;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.PinTable;
import io.jvmroute.forward.HealthProbe;
import io.jvmroute.hazelcast.GridSettings;
import io.jvmroute.hazelcast.HazelcastGrid;
import io.jvmroute.record.OwnedSessions;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * This node's place in the cluster: joins the grid on a thread of its own, again if it was lost, says what this node is, and passes on what
 * the grid tells.
 */
final class Membership implements Grid.Listener {
    private static final System.Logger LOG = System.getLogger(Membership.class.getName());
    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
    private static final Duration LAST_RETRY = Duration.ofSeconds(60);
    private static final Duration SLOW_JOIN = Duration.ofSeconds(60);
    private static final Duration LEAVE_LIMIT = Duration.ofSeconds(15);

    private final AffinityConfig config;
    private final Incarnation incarnation;
    private final NodeDirectory directory;
    private final PinTable pins;
    private final OwnedSessions owned;
    private final AffinityRouter router;
    private final Thread joiner = new Thread(this::keepJoined, "jvmroute-membership");
    private final CountDownLatch firstTry = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Grid grid;
    private volatile @Nullable String degradedReason = "not joined yet";
    private volatile @Nullable String conflict;
    private volatile @Nullable Self self;
    private volatile List<HopKey> lastKeys = List.of();
    private volatile Consumer<Node> reports = node -> {};
    private volatile CompletionStage<?> published = CompletableFuture.completedFuture(null);
    private @Nullable Node rival; // another life that has this node's route now
    private boolean steppedBack; // before a rival, until an operator takes that back
    private boolean closed;

    /** This node's own description and where its load figures come from. */
    private record Self(Node node, IntSupplier sessions, IntSupplier inFlight) {
        Node now() {
            return node.withLoad(sessions.getAsInt(), inFlight.getAsInt());
        }
    }

    Membership(
            AffinityConfig config,
            Incarnation incarnation,
            NodeDirectory directory,
            PinTable pins,
            OwnedSessions owned,
            AffinityRouter router) {
        this.config = config;
        this.incarnation = incarnation;
        this.directory = directory;
        this.pins = pins;
        this.owned = owned;
        this.router = router;
        joiner.setDaemon(true);
    }

    void start() {
        joiner.start();
    }

    // ---- joining ----

    private void keepJoined() {
        Duration pause = FIRST_RETRY;
        try {
            while (closing.getCount() > 0) {
                if (isJoined()) {
                    pause = FIRST_RETRY;
                    pause(Duration.ofSeconds(1));
                } else if (!tryJoin()) {
                    pause(pause);
                    pause = pause.multipliedBy(2).compareTo(LAST_RETRY) > 0 ? LAST_RETRY : pause.multipliedBy(2);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        } finally {
            firstTry.countDown();
        }
    }

    private void pause(Duration time) throws InterruptedException {
        closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean isJoined() {
        Grid current = grid;
        return current != null && current.isJoined();
    }

    private boolean tryJoin() {
        try {
            return join();
        } catch (RuntimeException | Error e) { // for want of memory, say: the next try may be a better one
            LOG.log(System.Logger.Level.WARNING, "joining the cluster failed", e);
            degraded("joining the cluster failed: " + e);
            firstTry.countDown();
            return false;
        }
    }

    private boolean join() {
        leaveLost();
        Grid joining = new HazelcastGrid(settings(), config.hazelcast());
        try {
            joining.join(this);
            takeIn(joining);
            return true;
        } catch (GridUnavailableException e) {
            joining.close();
            degraded(e.getMessage());
            firstTry.countDown();
            return false;
        } catch (RuntimeException | Error e) {
            use(null);
            joining.close();
            throw e;
        }
    }

    private void leaveLost() {
        Grid current = grid;
        if (current != null) {
            degraded("the Hazelcast member of this node has stopped");
            use(null);
            current.close();
        }
    }

    private void takeIn(Grid joining) {
        if (closing.getCount() == 0) {
            joining.close(); // closed meanwhile: nobody else would end it
            return;
        }
        conflict = conflictWith(joining);
        if (conflict == null || self != null) {
            use(joining);
            degraded(null);
            announce();
        } else {
            joining.close(); // two nodes, one route: the start fails, nothing was said in the grid
            closing.countDown();
        }
        firstTry.countDown();
    }

    private GridSettings settings() {
        GridSettings settings = GridSettings.of(
                        config.clusterName(), config.bindAddress(), config.hazelcastPort(), config.members())
                .withLite(config.isLite())
                .withAllowedNodes(config.cluster().allowedNodes())
                .withFile(config.cluster().hazelcastConfig());
        return config.secrets().isEmpty() ? settings : settings.withSecret(String.join(",", config.secrets()));
    }

    private void use(@Nullable Grid joined) {
        grid = joined;
        router.use(joined);
        owned.use(joined);
    }

    /** Why this node's route can't be taken, or null. A predecessor that is no member or silent at its url is none. */
    private @Nullable String conflictWith(Grid joined) {
        String route = config.route();
        Node holder = route == null ? null : joined.findNode(route);
        if (holder == null || holder.incarnation().equals(incarnation.id()) || !joined.isMember(holder)) {
            return null;
        }
        Self me = self;
        boolean sameUrl = me != null && me.node().url().equals(holder.url());
        if (sameUrl || HealthProbe.knock(holder.url(), config.connectTimeout()) != HealthProbe.Sign.ANSWERS) {
            return null;
        }
        return "route " + route + " is taken: by the live node at " + holder.url() + " (incarnation "
                + holder.incarnation() + "); this node (incarnation " + incarnation.id()
                + ") needs a route (jvmRoute, workerName) of its own";
    }

    void awaitJoined(Duration limit) throws JvmRouteException {
        try {
            if (!firstTry.await(limit.toMillis(), TimeUnit.MILLISECONDS) && !awaitSlowMembers()) {
                LOG.log(System.Logger.Level.WARNING, "DEGRADED: the cluster is not joined yet; the start goes on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String taken = conflict;
        if (taken != null) {
            throw new JvmRouteException(taken);
        }
    }

    /** Whether the join came to an end, for which a cluster that is there gets more time: this node must learn first which of its former sessions have moved. */
    private boolean awaitSlowMembers() throws InterruptedException {
        List<String> listening = new Neighbours(config).listening(config.connectTimeout());
        if (listening.isEmpty()) {
            return false;
        }
        LOG.log(System.Logger.Level.INFO, "waits up to {0} for members that are there: {1}", SLOW_JOIN, listening);
        return firstTry.await(SLOW_JOIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    // ---- what this node is ----

    // Whoever reads what this node is, changes it and says so does all of that in one go. Nothing in there waits for
    // the grid.

    synchronized void ready(@Nullable URI url, IntSupplier sessions, IntSupplier inFlight) {
        String route = config.route();
        if (route == null || url == null) {
            directory.self(NodeState.READY);
            return;
        }
        String version =
                Objects.requireNonNullElse(Membership.class.getPackage().getImplementationVersion(), "");
        NodeState state = steppedBack ? NodeState.MAINTENANCE : NodeState.READY;
        Node node = new Node(route, incarnation.id(), url, state, config.weight(), 0, 0, version, true);
        self = new Self(node, sessions, inFlight);
        announce();
        LOG.log(System.Logger.Level.INFO, "route={0} ready at {1}", route, url);
    }

    /**
     * Says that this node is in another state; where it has not said anything yet, it keeps that to itself. One that stepped back stays in maintenance
     * until it is to be ready.
     *
     * @throws IllegalStateException if it is to be ready while another node has its route
     */
    synchronized void changeState(NodeState state) {
        Self me = self;
        if (me == null) {
            directory.self(state);
            return;
        }
        if (steppedBack) {
            if (state != NodeState.READY) {
                return;
            }
            if (rival != null) {
                throw new IllegalStateException(
                        "route " + rival.route() + " is taken by the live node at " + rival.url());
            }
            steppedBack = false;
        }
        if (me.node().state() != state) {
            self = new Self(me.node().withState(state), me.sessions(), me.inFlight());
            announce();
            LOG.log(System.Logger.Level.INFO, "route={0} {1}", me.node().route(), state);
        }
    }

    private synchronized void announce() {
        Self me = self;
        if (me != null && !steppedBack && !closed) {
            Node now = me.now();
            directory.self(now);
            Grid joined = grid;
            if (joined != null && joined.isJoined()) {
                published = joined.publish(now);
            }
        }
    }

    /** Completes when the grid holds what this node last said of itself. */
    CompletionStage<?> published() {
        return published;
    }

    /** Repeats what this node is when its load has changed; the grid coalesces. */
    synchronized void refresh() {
        Self me = self;
        Node known = me == null ? null : directory.view().find(me.node().route());
        if (me != null && known != null && !known.equals(me.now())) {
            announce();
        }
    }

    void close() {
        closing.countDown();
        try {
            joiner.join(LEAVE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Grid joined;
        Self me;
        synchronized (this) {
            closed = true;
            joined = grid;
            me = self;
            directory.self(NodeState.LEFT);
        }
        if (joined != null) {
            if (me != null && joined.isJoined()) {
                withdraw(joined, me.node());
            }
            use(null);
            joined.close();
        }
    }

    private static void withdraw(Grid joined, Node node) {
        try {
            joined.withdraw(node.withState(NodeState.LEFT))
                    .toCompletableFuture()
                    .get(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "the grid did not hear that this node left; its entry expires", e);
        }
    }

    // ---- what the grid tells ----

    @Override
    public void nodesChanged(Collection<Node> nodes) {
        resolveConflict(nodes);
        directory.update(nodes);
        keepKeys();
    }

    /** Two lives under one route, met in a merge or a race of two starts: the later one steps back, the earlier one repeats its word. */
    private synchronized void resolveConflict(Collection<Node> nodes) {
        Self me = self;
        if (me == null || closed) {
            return;
        }
        Node other = nodes.stream()
                .filter(node -> isRival(me.node(), node))
                .findFirst()
                .orElse(null);
        rival = other;
        if (other == null || steppedBack) {
            return;
        }
        if (incarnation.id().compareTo(other.incarnation()) > 0) {
            stepBack(me, other);
        } else {
            announce();
        }
    }

    /** Nobody else can be at this node's own url: that is a former life of it, or what somebody repeats of one. */
    private static boolean isRival(Node me, Node other) {
        return other.route().equals(me.route())
                && other.member()
                && other.state() != NodeState.LEFT
                && !other.incarnation().equals(me.incarnation())
                && !other.url().equals(me.url());
    }

    /** The entry is the other's from now on: what this node says of itself would send the other's visitors astray. */
    private void stepBack(Self me, Node other) {
        LOG.log(
                System.Logger.Level.ERROR,
                "route {0} is taken by the node at {1} (incarnation {2}), which started earlier: this node goes to maintenance",
                other.route(),
                other.url(),
                other.incarnation());
        steppedBack = true;
        self = new Self(me.node().withState(NodeState.MAINTENANCE), me.sessions(), me.inFlight());
        directory.self(NodeState.MAINTENANCE);
        Grid joined = grid;
        if (joined != null) {
            joined.keepSilent();
        }
    }

    @Override
    public void pinMoved(AffinityKey key, Pin pin) {
        boolean here = pin.route().equals(config.route());
        if (here) {
            owned.movedHere(key, pin); // first: who finds the pin in the table is to find that too
        }
        pins.adopt(key, pin);
        if (!here) {
            owned.movedAway(key, pin);
        }
    }

    @Override
    public void pinEnded(AffinityKey key) {
        pins.forget(key);
        owned.pinEnded(key);
    }

    @Override
    public void pinsRead(Collection<Grid.MovedPin> moved) {
        pins.replaceAll(moved);
        for (Grid.MovedPin entry : moved) {
            if (!entry.pin().route().equals(config.route())) {
                owned.movedAway(entry.key(), entry.pin());
            }
        }
    }

    /** Who is told that another member can't reach a node that we know too. */
    void hear(Consumer<Node> listener) {
        reports = listener;
    }

    @Override
    public void nodeDown(String route, URI url) {
        ClusterView view = directory.view();
        Node node = view.find(route);
        if (node != null && !view.isSelf(node) && node.url().equals(url)) {
            reports.accept(node);
        }
    }

    /** Tells the other members that this one can't reach a node. Does not wait. */
    void reportDown(Node node) {
        Grid joined = grid;
        if (joined != null) {
            joined.reportDown(node);
        }
    }

    @Override
    public void merged() {
        announce();
        owned.restateAll();
    }

    @Override
    public void dataLost() {
        announce();
        owned.restateAll();
    }

    @Override
    public void degraded(@Nullable String reason) {
        String before = degradedReason;
        degradedReason = reason;
        if (reason != null && !reason.equals(before)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "DEGRADED: {0}; requests go by suffix, last known nodes and hash",
                    reason);
        } else if (reason == null && before != null) {
            LOG.log(System.Logger.Level.INFO, "cluster {0} joined", config.clusterName());
        }
    }

    // ---- for others ----

    /** The grid that is joined, or null. */
    @Nullable
    Grid grid() {
        return grid;
    }

    /** The keys of the grid, or the last ones known. */
    List<HopKey> hopKeys() {
        List<HopKey> known = lastKeys;
        return known.isEmpty() ? keepKeys() : known;
    }

    private List<HopKey> keepKeys() {
        Grid joined = grid;
        List<HopKey> keys = joined == null ? List.of() : joined.hopKeys();
        if (!keys.isEmpty()) {
            lastKeys = keys;
        }
        return lastKeys;
    }

    @Nullable
    String degradedReason() {
        return degradedReason;
    }
}
