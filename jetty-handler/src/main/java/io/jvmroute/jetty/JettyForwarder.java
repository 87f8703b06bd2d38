package io.jvmroute.jetty;

import io.jvmroute.NonBlockingCorridor;
import io.jvmroute.cluster.Node;
import io.jvmroute.forward.BackendTls;
import io.jvmroute.forward.ForwardResult;
import io.jvmroute.forward.ForwardSettings;
import io.jvmroute.forward.Forwards;
import io.jvmroute.forward.HopTickets;
import io.jvmroute.forward.PoolStatistics;
import io.jvmroute.forward.ProxyError;
import io.jvmroute.forward.RetryBudget;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.ContainerLifeCycle;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Carries exchanges to other nodes without ever blocking a thread, and keeps the connections between them.
 *
 * <p>Time-outs come from one look at all hops at fixed intervals: they are late by one interval at most. Thread-safe.
 */
final class JettyForwarder extends ContainerLifeCycle implements Forwards {
    static final System.Logger LOGGER = System.getLogger(JettyForwarder.class.getName());

    private final ForwardSettings settings;
    private final Scheduler scheduler;
    private final ByteBufferPool buffers;
    private final ReadBuffers readBuffers = new ReadBuffers();
    private final BackendConnector connector;
    private final RetryBudget budget = new RetryBudget(System.nanoTime());
    private final ConcurrentHashMap<BackendPool.Key, BackendPool> pools = new ConcurrentHashMap<>();
    private final Set<Hop> hops = ConcurrentHashMap.newKeySet();
    private final Set<JettyTunnel> tunnels = ConcurrentHashMap.newKeySet();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger tunnelCount = new AtomicInteger();
    private final long intervalMillis;
    private volatile boolean closed;
    private volatile boolean leaving; // its tunnels

    JettyForwarder(Server server, ForwardSettings settings, BackendTls tls) {
        this.settings = settings;
        scheduler = server.getScheduler();
        buffers = server.getByteBufferPool();
        connector = new BackendConnector(server, settings, tls, System::nanoTime);
        installBean(connector);
        intervalMillis = settings.watchInterval().toMillis();
    }

    // ---- life ----

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        scheduleLook();
    }

    private void scheduleLook() {
        if (!closed) {
            scheduler.schedule(this::look, intervalMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        try {
            long now = System.nanoTime();
            hops.forEach(hop -> hop.look(now));
            tunnels.forEach(tunnel -> tunnel.look(now));
            pools.values().forEach(pool -> pool.evict(now));
        } catch (RuntimeException e) {
            LOGGER.log(System.Logger.Level.WARNING, "watch over backend connections", e);
        } finally {
            scheduleLook();
        }
    }

    /** Ends all forwards and connections. Later forwards are answered with 503. */
    @Override
    public void close() {
        closed = true;
        hops.forEach(Hop::kill);
        pools.values().forEach(BackendPool::kill);
        tunnels.forEach(JettyTunnel::close);
        LifeCycle.stop(this);
    }

    boolean isClosed() {
        return closed;
    }

    // ---- forwarding ----

    /** Begins to carry one exchange to a node, and its answer back. */
    void forward(JettyExchange exchange, Node backend, NonBlockingCorridor.Terms terms) {
        if (isRefused(exchange.method())) {
            terms.ended(new ForwardResult(ForwardResult.Outcome.CLIENT_GONE, 501, "method that is not forwarded"));
            return;
        }
        if (HopTickets.TOO_LONG.equals(terms.ticket())) {
            terms.ended(ForwardResult.HOST_TOO_LONG);
            return;
        }
        if (exchange.isHttp10() && exchange.request().getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
            // RFC 9112 §6.1: a proxy in front that speaks HTTP/1.0 knows no chunks
            terms.ended(new ForwardResult(
                    ForwardResult.Outcome.CLIENT_GONE,
                    400,
                    "Transfer-Encoding in HTTP/1.0",
                    ProxyError.HTTP_REQUEST_ERROR));
            return;
        }
        if (closed) {
            terms.ended(failed(503, "closed", ProxyError.PROXY_INTERNAL_ERROR));
            return;
        }
        if (inFlight.incrementAndGet() > settings.maxForwards()) {
            inFlight.decrementAndGet();
            terms.ended(failed(
                    503, "limit of " + settings.maxForwards() + " forwards", ProxyError.CONNECTION_LIMIT_REACHED));
            return;
        }
        BackendPool pool = pool(backend);
        Hop hop = new Hop(this, pool, exchange, terms);
        if (hop.asksForTunnel() && !tryReserveTunnel()) {
            inFlight.decrementAndGet();
            terms.ended(
                    failed(503, "limit of " + settings.maxTunnels() + " tunnels", ProxyError.CONNECTION_LIMIT_REACHED));
            return;
        }
        pool.inFlight().incrementAndGet();
        hops.add(hop);
        budget.countRequest(System.nanoTime());
        hop.start();
    }

    /** RFC 9110 §9.3.6, §9.3.8: a gateway opens no tunnel to wherever the client likes, and shows nobody what it adds to a request. */
    private static boolean isRefused(String method) {
        return method.equals("CONNECT") || method.equals("TRACE");
    }

    static ForwardResult failed(int status, String cause, ProxyError error) {
        return new ForwardResult(ForwardResult.Outcome.FAILED, status, cause, error);
    }

    private BackendPool pool(Node backend) {
        BackendPool.Key key = BackendPool.Key.of(backend);
        BackendPool pool = pools.get(key);
        return pool != null ? pool : pools.computeIfAbsent(key, k -> new BackendPool(k, settings, connector));
    }

    /** Called by a hop at its end. */
    void ended(Hop hop, BackendPool pool) {
        if (hops.remove(hop)) {
            inFlight.decrementAndGet();
            pool.inFlight().decrementAndGet();
            if (hop.asksForTunnel() && !hop.hasTunnel()) {
                tunnelCount.decrementAndGet();
            }
        }
    }

    ForwardSettings settings() {
        return settings;
    }

    ByteBufferPool buffers() {
        return buffers;
    }

    ReadBuffers readBuffers() {
        return readBuffers;
    }

    // ---- tunnels ----

    private boolean tryReserveTunnel() {
        if (tunnelCount.incrementAndGet() > settings.maxTunnels()) {
            tunnelCount.decrementAndGet();
            return false;
        }
        return true;
    }

    void opened(JettyTunnel tunnel) {
        tunnels.add(tunnel);
        if (closed) {
            tunnel.close();
        } else if (leaving) {
            tunnel.goAway();
        }
    }

    void closed(JettyTunnel tunnel) {
        if (tunnels.remove(tunnel)) {
            tunnelCount.decrementAndGet();
        }
    }

    @Override
    public int openTunnels() {
        return tunnels.size();
    }

    @Override
    public void endTunnels() {
        leaving = true;
        tunnels.forEach(JettyTunnel::goAway);
    }

    // ---- figures ----

    @Override
    public boolean tryRetry() {
        return budget.tryRetry(System.nanoTime());
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
        int open = 0;
        int idle = 0;
        for (BackendPool pool : pools.values()) {
            open += pool.statistics().open();
            idle += pool.statistics().idle();
        }
        return new PoolStatistics(open, idle);
    }

    @Override
    public PoolStatistics statistics(Node node) {
        BackendPool pool = pools.get(BackendPool.Key.of(node));
        return pool == null ? new PoolStatistics(0, 0) : pool.statistics();
    }

    @Override
    public boolean keepsWaiting(Node node, Duration atLeast) {
        BackendPool pool = pools.get(BackendPool.Key.of(node));
        int looks = settings.looksIn(atLeast);
        return pool != null && hops.stream().anyMatch(hop -> hop.isTo(pool) && hop.isSilentFor(looks));
    }

    @Override
    public void giveUp(Node node) {
        BackendPool pool = pools.get(BackendPool.Key.of(node));
        if (pool == null) {
            return;
        }
        hops.forEach(hop -> {
            if (hop.isTo(pool)) {
                hop.giveUp();
            }
        });
        tunnels.forEach(tunnel -> {
            if (tunnel.isTo(pool)) {
                tunnel.goAway();
            }
        });
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
}
