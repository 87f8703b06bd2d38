package io.jvmroute.forward;

import io.jvmroute.cluster.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Carries exchanges to other nodes on the threads that call it, and keeps the connections between them.
 *
 * <p>A request is written once, with three exceptions that RFC 9110 §9.2.2 allows: see {@link ForwardResult.Outcome#UNREACHABLE}, {@link
 * #tryRetry}, and one repetition here when an idle connection turns out to be dead before a byte of the response came, for a
 * request that may be sent twice and is small enough to be held. Responses are streamed as they come.
 *
 * <p>A connection is used again only if the request was taken whole, the response ended where it said with no byte behind
 * it, and neither side announced an end: a response goes only to the request that caused it.
 *
 * <p>Thread-safe.
 */
public final class Forwarder implements Forwards {
    static final System.Logger LOGGER = System.getLogger(Forwarder.class.getName());

    private final ForwardSettings settings;
    private final LongSupplier nanoTime;
    private final BackendPool.Means means;
    private final RetryBudget budget;
    private final ConcurrentHashMap<BackendPool.Key, BackendPool> pools = new ConcurrentHashMap<>();
    private final Set<BackendConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Tunnels tunnels;
    private final Watchdog watchdog;
    private volatile boolean closed;

    /**
     * A forwarder without connections, whose watch begins at once.
     *
     * @param tls how to reach backends with an https url
     * @param nanoTime the clock of all time-outs, as {@link System#nanoTime}
     */
    public Forwarder(ForwardSettings settings, BackendTls tls, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        TunnelBuffers tunnelBuffers = new TunnelBuffers();
        means = new BackendPool.Means(settings, new BufferPool(), tunnelBuffers, tls, nanoTime, connections);
        budget = new RetryBudget(nanoTime.getAsLong());
        tunnels = new Tunnels(settings, nanoTime, tunnelBuffers);
        watchdog = new Watchdog(settings, this::look);
    }

    void look() {
        long now = nanoTime.getAsLong();
        connections.forEach(connection -> connection.expire(now));
        pools.values().forEach(pool -> pool.evict(now));
        tunnels.expire(now);
    }

    /**
     * Carries one exchange to a node and its answer back. Blocks until that has ended one way or another.
     *
     * @param exchange the request; its body is not touched before a connection to the node exists
     * @param backend the node
     * @param ticket the value of {@code Jvmroute-Hop} for a node of ours; null for any other, which gets {@code
     *     X-Forwarded-For} and {@code X-Forwarded-Proto} instead
     */
    public ForwardResult forward(BlockingExchange exchange, Node backend, @Nullable String ticket) {
        return forward(exchange, backend, ticket, HopWatch.NONE);
    }

    /**
     * The same, to a node that may refuse the hop.
     *
     * @param watch asked what that node's refusal says, and by a tunnel whether its session has moved
     */
    public ForwardResult forward(BlockingExchange exchange, Node backend, @Nullable String ticket, HopWatch watch) {
        if (isRefused(exchange.head().method())) {
            return new ForwardResult(ForwardResult.Outcome.CLIENT_GONE, 501, "method that is not forwarded");
        }
        if (HopTickets.TOO_LONG.equals(ticket)) {
            return ForwardResult.HOST_TOO_LONG;
        }
        try {
            if (inFlight.incrementAndGet() > settings.maxForwards()) {
                return failed(
                        503, "limit of " + settings.maxForwards() + " forwards", ProxyError.CONNECTION_LIMIT_REACHED);
            }
            BackendPool pool = pool(backend);
            pool.inFlight().incrementAndGet();
            try {
                Hop hop = new Hop(exchange, ticket, settings, nanoTime, tunnels);
                hop.watch(watch);
                return carryOrRefuse(hop, pool);
            } finally {
                pool.inFlight().decrementAndGet();
            }
        } finally {
            inFlight.decrementAndGet();
        }
    }

    /** RFC 9110 §9.3.6, §9.3.8: a gateway opens no tunnel to wherever the client likes, and shows nobody what it adds to a request. */
    private static boolean isRefused(String method) {
        return method.equals("CONNECT") || method.equals("TRACE");
    }

    private BackendPool pool(Node backend) {
        BackendPool.Key key = BackendPool.Key.of(backend);
        BackendPool pool = pools.get(key);
        return pool != null ? pool : pools.computeIfAbsent(key, k -> new BackendPool(k, means));
    }

    private ForwardResult carryOrRefuse(Hop hop, BackendPool pool) {
        if (!hop.asksForTunnel()) {
            return carry(hop, pool);
        }
        if (!tunnels.tryReserve()) {
            return failed(503, "limit of " + settings.maxTunnels() + " tunnels", ProxyError.CONNECTION_LIMIT_REACHED);
        }
        try {
            return carry(hop, pool);
        } finally {
            if (!hop.hasTunnel()) {
                tunnels.release();
            }
        }
    }

    private ForwardResult carry(Hop hop, BackendPool pool) {
        long now = nanoTime.getAsLong();
        budget.countRequest(now);
        BackendConnection connection;
        try {
            connection = pool.checkOut(hop.isRepeatable(), now);
        } catch (IOException e) {
            return notConnected(e, /* mayGoElsewhere= */ true);
        }
        ForwardResult result = run(hop, connection, pool);
        return result != null ? result : repeat(hop, connection, pool);
    }

    private @Nullable ForwardResult run(Hop hop, BackendConnection connection, BackendPool pool) {
        if (closed) {
            connection.close(); // the end of this forwarder may have missed it
            return failed(503, "closed", ProxyError.PROXY_INTERNAL_ERROR);
        }
        return hop.run(connection, pool);
    }

    private ForwardResult repeat(Hop hop, BackendConnection stale, BackendPool pool) {
        BackendConnection fresh;
        try {
            if (hop.isBegun() && !tryRetry()) {
                return failed(502, "closed before the response, no retry left", ProxyError.CONNECTION_TERMINATED);
            }
            fresh = pool.open();
            fresh.takeRequestOf(stale);
        } catch (IOException e) {
            return notConnected(e, hop.mayGoElsewhere(stale));
        } finally {
            stale.close();
        }
        ForwardResult result = run(hop, fresh, pool);
        if (result == null) {
            throw new AssertionError("a fresh connection can't be stale");
        }
        return result;
    }

    private static ForwardResult notConnected(IOException cause, boolean mayGoElsewhere) {
        return Thread.currentThread().isInterrupted()
                ? failed(503, cause.toString(), ProxyError.PROXY_INTERNAL_ERROR)
                : ForwardResult.notConnected(cause, mayGoElsewhere);
    }

    private static ForwardResult failed(int status, String cause, ProxyError error) {
        return new ForwardResult(ForwardResult.Outcome.FAILED, status, cause, error);
    }

    @Override
    public boolean tryRetry() {
        return budget.tryRetry(nanoTime.getAsLong());
    }

    @Override
    public int inFlight() {
        return inFlight.get();
    }

    @Override
    public int inFlight(Node node) {
        BackendPool pool = pools.get(BackendPool.Key.of(node));
        return pool == null ? 0 : pool.inFlight().get();
    }

    @Override
    public PoolStatistics statistics() {
        int idle = 0;
        for (BackendPool pool : pools.values()) {
            idle += pool.statistics().idle();
        }
        return new PoolStatistics(connections.size(), idle);
    }

    @Override
    public PoolStatistics statistics(Node node) {
        BackendPool pool = pools.get(BackendPool.Key.of(node));
        return pool == null ? PoolStatistics.NONE : pool.statistics();
    }

    @Override
    public int openTunnels() {
        return tunnels.count();
    }

    @Override
    public void endTunnels() {
        tunnels.goAway();
    }

    @Override
    public boolean keepsWaiting(Node node, Duration atLeast) {
        BackendPool pool = pools.get(BackendPool.Key.of(node));
        int looks = settings.looksIn(atLeast);
        return pool != null
                && connections.stream()
                        .anyMatch(connection -> connection.pool() == pool && connection.isSilentFor(looks));
    }

    @Override
    public void giveUp(Node node) {
        BackendPool pool = pools.get(BackendPool.Key.of(node));
        if (pool == null) {
            return;
        }
        connections.forEach(connection -> {
            if (connection.pool() == pool) {
                connection.giveUp();
            }
        });
        tunnels.giveUp(pool);
    }

    @Override
    public void retain(Collection<Node> nodes) {
        Set<BackendPool.Key> keys = nodes.stream().map(BackendPool.Key::of).collect(Collectors.toSet());
        for (BackendPool pool : pools.values()) {
            if (!keys.contains(pool.key()) && pools.remove(pool.key(), pool)) {
                pool.close();
            }
        }
    }

    /** Ends all forwards and connections, and the watch. Later forwards are answered with 503. */
    @Override
    public void close() {
        closed = true;
        watchdog.close();
        pools.values().forEach(BackendPool::close);
        connections.forEach(BackendConnection::kill);
        tunnels.close();
    }
}
