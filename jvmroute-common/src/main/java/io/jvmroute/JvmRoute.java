package io.jvmroute;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.Claim;
import io.jvmroute.cluster.AddressRanges;
import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.HopKey;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.PinTable;
import io.jvmroute.forward.BackendTls;
import io.jvmroute.forward.BlockingExchange;
import io.jvmroute.forward.ForwardResult;
import io.jvmroute.forward.ForwardSettings;
import io.jvmroute.forward.Forwarder;
import io.jvmroute.forward.Forwards;
import io.jvmroute.forward.HealthProbe;
import io.jvmroute.forward.HopRefusal;
import io.jvmroute.forward.HopTicket;
import io.jvmroute.forward.HopTickets;
import io.jvmroute.http.ClientTls;
import io.jvmroute.http.Exchange;
import io.jvmroute.http.RequestHead;
import io.jvmroute.policy.Arrival;
import io.jvmroute.record.AffinityRecorder;
import io.jvmroute.record.OwnedSessions;
import io.jvmroute.status.StatusEndpoint;
import io.jvmroute.status.StatusOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One node's session affinity: puts the stations together and takes them through the node's life.
 *
 * <pre>
 * start() --> awaitJoined() --> ready(url) --> awaitDrained() --> close()
 *                               drain(), maintenance(), ready() in between
 * </pre>
 *
 * <p>{@code start} returns at once and joins the cluster in the background, beside the deployment of applications. A grid that can't be
 * joined never stops the container: the node serves what arrives, says DEGRADED and goes on trying. Thread-safe.
 */
public final class JvmRoute implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(JvmRoute.class.getName());
    private static final Duration HOUSEKEEPING = Reachability.INTERVAL;

    private final AffinityConfig config;
    private final Incarnation incarnation = Incarnation.next();
    private final PinTable pins = new PinTable(PinTable.DEFAULT_CAPACITY, System::nanoTime);
    private final AffinityRecorder recorder = new AffinityRecorder();
    private final Warnings warnings = new Warnings();
    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "jvmroute-worker"));
    private final ScheduledExecutorService prober =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "jvmroute-prober"));
    private final NodeDirectory directory;
    private final Settling settling;
    private final LiveLoad load;
    private final SharedSecrets secrets;
    private final AffinityRouter router;
    private final Explainer explainer;
    private final BlockingCorridor corridor;
    private final @Nullable Forwarder blocking;
    private final Forwards forwarder;
    private final HopTickets tickets;
    private final OwnedSessions owned;
    private final Membership membership;
    private final Reachability reachability;
    private final PauseGuard pauses;
    private final PartitionWatch partitions;
    private final @Nullable HealthChecks healthChecks;
    private final Drain drain;
    private final @Nullable DrainFile drainFile;
    private final @Nullable Failback failback;
    private final AffinityMBean mbean;
    private final @Nullable StatusEndpoint status;

    /**
     * The parts of one node whose container's threads may block, nothing started.
     *
     * @param config its options
     * @param containerThreads how many requests the container carries at once, for the default of {@code maxForwards}
     */
    public JvmRoute(AffinityConfig config, int containerThreads) {
        this(config, blockingForwarder(config, containerThreads), Math.max(1, containerThreads / 4));
    }

    /**
     * The parts of one node, nothing started.
     *
     * @param config its options
     * @param forwards what carries its forwards, for {@link #corridor(NonBlockingCorridor.Driver, Executor)}; closed with this
     * @throws ConfigurationException if a peer has no route
     */
    public JvmRoute(AffinityConfig config, Forwards forwards) {
        this(config, forwards, config.maxForwards() > 0 ? config.maxForwards() : ForwardSettings.DEFAULT.maxForwards());
    }

    private JvmRoute(AffinityConfig config, Forwards forwards, int mostHeld) {
        if (config.mode() == AffinityConfig.Mode.PEER && config.route() == null) {
            throw new ConfigurationException(List.of("route: missing (expected: a name of its own for every node)"));
        }
        this.config = config;
        Duration holdDown = config.strict() ? Duration.ZERO : Reachability.INTERVAL; // strict: nothing moves to and fro
        directory = new NodeDirectory(config.route(), config.backends(), holdDown, System::nanoTime);
        settling = new Settling(mostHeld, System::nanoTime);
        forwarder = forwards;
        blocking = forwards instanceof Forwarder its ? its : null;
        load = new LiveLoad(config, forwarder::inFlight, recorder, System::nanoTime);
        secrets = new SharedSecrets(this::hopKeys);
        router = new AffinityRouter(directory, pins, config, load, secrets);
        explainer = new Explainer(router, this::heldDown);
        corridor = new BlockingCorridor(this, router);
        owned = new OwnedSessions(config.route() == null ? "" : config.route(), pins, System::nanoTime, this::work);
        membership = new Membership(config, incarnation, directory, pins, owned, router);
        tickets = new HopTickets(membership::hopKeys);
        // 1.5 s by default: with the grid's six seconds of silence, the pauses and a look, a frozen node is given up
        // within ten.
        Duration signOfLife = config.connectTimeout().multipliedBy(3).dividedBy(2);
        HealthProbe sign = new HealthProbe(new BackendTls(config.trustStore()), config.connectTimeout(), signOfLife);
        reachability = new Reachability(
                directory, config.healthCheck() == null, sign, forwarder, System::nanoTime, membership::reportDown);
        directory.onChange(view -> {
            settling.observe(view);
            reachability.observe(view);
        });
        healthChecks = config.healthCheck() == null ? null : healthChecks(config.healthCheck());
        membership.hear(this::doubt);
        drain = new Drain(config, membership, directory, owned, forwarder);
        drainFile = config.drainFile() == null
                ? null
                : new DrainFile(config.drainFile(), this::state, this::drain, this::ready);
        failback = failback(config);
        pauses = new PauseGuard(membership::grid, System::nanoTime);
        partitions = new PartitionWatch(config.cluster().consistent());
        router.doubt(pauses::isDoubtful);
        router.ask(sessionId -> owned.contains(AffinityKey.ofSession(sessionId)) || drain.holds(sessionId));
        mbean = new AffinityMBean(
                this, config, directory, pins, recorder, owned, forwarder, membership, router, explainer);
        status = config.status() == null ? null : status(config.status());
    }

    private @Nullable Failback failback(AffinityConfig config) {
        return config.route() == null || !config.cluster().failsBack()
                ? null
                : new Failback(config.route(), directory, owned, System::nanoTime);
    }

    private StatusEndpoint status(StatusOptions options) {
        StatusBoard board = new StatusBoard(this, incarnation, membership, drain, forwarder, pins);
        return new StatusEndpoint(options, AddressRanges.of(options.allow())::contains, board);
    }

    private List<HopKey> hopKeys() {
        return membership.hopKeys();
    }

    private HealthChecks healthChecks(HealthCheck check) {
        HealthProbe probe =
                new HealthProbe(new BackendTls(config.trustStore()), config.connectTimeout(), check.interval());
        return new HealthChecks(directory, check, probe, config.backends(), System::nanoTime, membership::reportDown);
    }

    private static Forwarder blockingForwarder(AffinityConfig config, int containerThreads) {
        int share = config.mode() == AffinityConfig.Mode.PEER ? containerThreads / 2 : containerThreads * 9 / 10;
        return new Forwarder(
                forwardSettings(config, Math.max(1, share)), new BackendTls(config.trustStore()), System::nanoTime);
    }

    /**
     * The limits of the forwards of a node.
     *
     * @param maxForwards how many at once, where the options do not say
     */
    public static ForwardSettings forwardSettings(AffinityConfig config, int maxForwards) {
        return new ForwardSettings(
                config.connectTimeout(),
                config.responseTimeout(),
                config.idleTimeout(),
                config.maxForwards() > 0 ? config.maxForwards() : maxForwards,
                ForwardSettings.DEFAULT.poolIdleTime(),
                ForwardSettings.DEFAULT.maxIdlePerNode(),
                config.tunnelTimeout(),
                config.maxTunnels());
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void work(Runnable task) {
        try {
            worker.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "closed: the pins of ended sessions expire by themselves");
        }
    }

    /** Begins to join the cluster, in the background. */
    public void start() {
        membership.start();
        mbean.register();
        if (healthChecks != null) {
            healthChecks.start();
        }
        if (drainFile != null) {
            drainFile.start();
        }
        if (failback != null) {
            failback.start();
        }
        pauses.start();
        long pause = HOUSEKEEPING.toMillis();
        Tireless keepHouse = new Tireless("housekeeping", HOUSEKEEPING, this::keepHouse);
        Tireless probe = new Tireless("looking at nodes", HOUSEKEEPING, this::probe);
        var unused = worker.scheduleWithFixedDelay(keepHouse, pause, pause, TimeUnit.MILLISECONDS);
        var unusedToo = prober.scheduleWithFixedDelay(probe, pause, pause, TimeUnit.MILLISECONDS);
    }

    private void probe() {
        try {
            reachability.probe();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    private void keepHouse() {
        load.observe(directory.view());
        partitions.observe(directory.view());
        forwarder.retain(directory.view().nodes());
        owned.forgetExpired();
        owned.flush();
        membership.refresh();
        warnings.observe(pins);
        if (status != null) {
            status.observe();
        }
    }

    /**
     * Waits until the cluster is joined, at most {@code limit}. A grid that does not come is logged and tried again, not thrown.
     *
     * @throws JvmRouteException if another live node has this node's route
     */
    public void awaitJoined(Duration limit) throws JvmRouteException {
        membership.awaitJoined(limit);
    }

    /**
     * The applications are deployed and the connectors bound: other nodes may send requests.
     *
     * @param url where other nodes reach this node; null on a frontend alone
     */
    public void ready(@Nullable URI url) {
        membership.ready(url, owned::size, recorder::inService);
    }

    /**
     * What the node lets go of when it drains: to be told before {@link #start}; without it, no session is handed over and no client waited for.
     *
     * @param sessions the container's sessions
     * @param clients the container's clients
     */
    public void use(SessionHost sessions, ClientConnections clients) {
        drain.use(sessions, clients);
        if (failback != null) {
            failback.use(sessions);
        }
    }

    /** Whether sessions may leave while this node is ready, so that each request of one has to be counted in its pin. */
    public boolean givesBack() {
        return failback != null;
    }

    /**
     * Lets go of this node's sessions: others send no new ones from now on, those that can be read elsewhere are handed over, all others are served
     * on. Returns at once; on a node that drains, nothing changes.
     */
    public void drain() {
        requireStarted();
        drain.begin(NodeState.DRAINING);
    }

    /** Takes this node out: it serves nothing, its sessions go elsewhere, with their data where others can read these. Returns at once. */
    public void maintenance() {
        requireStarted();
        drain.begin(NodeState.MAINTENANCE);
    }

    /**
     * Takes {@link #drain} or {@link #maintenance} back. Sessions that have gone stay where they are.
     *
     * @throws IllegalStateException if the node stops, or has not been ready before
     */
    public void ready() {
        requireStarted();
        if (drain.isStopping()) {
            throw new IllegalStateException("ready: the node stops");
        }
        membership.changeState(NodeState.READY);
    }

    private void requireStarted() {
        NodeState state = state();
        if (state == NodeState.STARTING || state == NodeState.LEFT) {
            throw new IllegalStateException("the node is " + state + " (expected: ready, draining or in maintenance)");
        }
    }

    /**
     * Drains for good before a stop: waits, at most {@code drainTimeout}, until the sessions are handed over or have ended and the requests in flight are
     * done; takes no new connections for the last of it, where the container can; ends tunnels. Logs how far it is, and what is cut.
     */
    public void awaitDrained() {
        drain.awaitDrained();
    }

    /** Leaves the cluster and ends all threads and connections. */
    @Override
    public void close() {
        mbean.unregister();
        if (drainFile != null) {
            drainFile.close();
        }
        drain.close();
        if (failback != null) {
            failback.close();
        }
        worker.shutdown();
        prober.shutdownNow();
        reachability.close();
        pauses.close();
        if (healthChecks != null) {
            healthChecks.close();
        }
        membership.close();
        forwarder.close();
        LOG.log(System.Logger.Level.INFO, "route={0} left", String.valueOf(config.route()));
    }

    /** The options of this node. */
    public AffinityConfig config() {
        return config;
    }

    /** Where requests are decided. */
    public AffinityRouter router() {
        return router;
    }

    /** Where requests that are not at home are carried on, by a container whose threads may block. */
    public BlockingCorridor corridor() {
        return corridor;
    }

    /**
     * The same for a container whose threads may not.
     *
     * @param <E> the exchanges of the container
     * @param driver what carries them
     * @param executor where a request goes on that had to wait for the grid
     */
    public <E extends Exchange> NonBlockingCorridor<E> corridor(
            NonBlockingCorridor.Driver<E> driver, Executor executor) {
        return new NonBlockingCorridor<>(this, driver, executor);
    }

    /** What is counted. */
    public AffinityRecorder recorder() {
        return recorder;
    }

    /** The sessions that this node serves. */
    public OwnedSessions owned() {
        return owned;
    }

    /** Why a request goes where it goes: as this node would decide now, leaving no trace. */
    public Explanation explain(Exchange exchange) {
        return explainer.explain(exchange);
    }

    /** The same for a session id, with its route, as a cookie carries it. */
    public Explanation explain(String sessionId) {
        return explainer.explain(Claim.ofSession(sessionId));
    }

    Explanation explain(Claim claim) {
        return explainer.explain(claim);
    }

    /** What answers below {@code statusPath}, before anything else is asked of a request that came by no hop; null if that is not set. */
    public @Nullable StatusEndpoint status() {
        return status;
    }

    /** The cluster as it is known now. */
    public ClusterView view() {
        return directory.view();
    }

    /** The state of this node. */
    public NodeState state() {
        return directory.view().selfState();
    }

    /** The ticket of the hop that brought the request here; null if there is no hop header, or it or what it covers does not verify. */
    public @Nullable HopTicket verify(RequestHead head) {
        String header = head.header(HopTicket.HEADER);
        HopTicket ticket = header == null ? null : tickets.verify(header, head.method(), head.target());
        boolean whole = ticket != null && ticket.tlsDigest().equals(HopTicket.digest(head.header(ClientTls.HEADER)));
        return whole ? ticket : null;
    }

    /** How a request with a hop header came here, by the ticket that {@link #verify} found in it; counts it. */
    public Arrival arrival(@Nullable HopTicket ticket) {
        if (ticket == null) {
            recorder.hopForged();
            warnings.forged();
            return Arrival.FORGED;
        }
        recorder.hopReceived();
        return Arrival.HOP;
    }

    ForwardResult forward(BlockingExchange exchange, Node backend, Claim claim, boolean ownerless) {
        Forwarder carrier = blocking;
        if (carrier == null) {
            throw new IllegalStateException("made for a container whose threads may not block");
        }
        OwnerWatch watch = watch(exchange, backend, claim, ownerless);
        return watch == null
                ? carrier.forward(exchange, backend, /* ticket= */ null)
                : carrier.forward(exchange, backend, watch.ticket(), watch);
    }

    /** What authenticates a hop to {@code backend} and watches over it; null if that knows nothing of us. {@code ownerless}: {@link Carriage#isOwnerless}. */
    @Nullable
    OwnerWatch watch(Exchange exchange, Node backend, Claim claim, boolean ownerless) {
        if (backend.isStatic()) {
            return null;
        }
        AffinityKey key = claim.key();
        Pin known = key == null ? null : pins.find(key);
        HopTicket ticket = new HopTicket(
                incarnation.id(),
                backend.incarnation(),
                exchange.client(),
                key == null || ownerless ? "" : key.toString(),
                known == null ? 0 : known.epoch(),
                HopTicket.digest(exchange.clientTls()));
        RequestHead head = exchange.head();
        String issued = tickets.issue(ticket, head.method(), head.target());
        return new OwnerWatch(tickets, issued, pins, new OwnerWatch.Tenure(backend.route(), key, ticket.epoch()));
    }

    /** One more try after a refusal, if the budget of retries allows it. */
    boolean tryRetry() {
        return forwarder.tryRetry();
    }

    /**
     * Why this node does not serve a request that came by a verified hop: the session moved away later than the frontend knows, the
     * ticket was made for another life of this node, or the node drains and has no such session. Null: it serves it.
     */
    public @Nullable HopRefusal findRefusal(HopTicket ticket, @Nullable String sessionId) {
        boolean broughtIt = sessionId != null
                && ticket.keyHash().equals(AffinityKey.ofSession(sessionId).toString());
        Pin moved = router.findMoved(sessionId);
        if (broughtIt && moved != null && !moved.route().equals(config.route()) && moved.epoch() > ticket.epoch()) {
            return new HopRefusal(moved.route(), moved.epoch());
        }
        if (!ticket.to().equals(incarnation.id())) {
            return HopRefusal.OTHER_LIFE;
        }
        return sessionId != null && broughtIt && router.isDeadHere(sessionId) ? HopRefusal.NO_SESSION : null;
    }

    /**
     * The value of {@link HopTicket#HEADER} in the 421 that refuses a hop.
     *
     * @param ticket the value of that header in the request
     */
    public String refuse(HopRefusal refusal, String ticket) {
        return tickets.refuse(refusal, ticket);
    }

    Settling settling() {
        return settling;
    }

    Warnings warnings() {
        return warnings;
    }

    void suspect(Node node, String cause) {
        var unused = reachability.suspect(node, cause);
    }

    /** For how long a suspect is let alone although it may answer well by now; zero if it is not. */
    Duration heldDown(Node node) {
        return healthChecks != null && node.isStatic() ? healthChecks.heldDown(node) : directory.heldDown(node);
    }

    /** Another member can't reach this node: looks at once, and believes what it sees itself. */
    private void doubt(Node node) {
        if (healthChecks != null && node.isStatic()) {
            healthChecks.doubt(node);
            return;
        }
        reachability.doubt(node);
    }
}
