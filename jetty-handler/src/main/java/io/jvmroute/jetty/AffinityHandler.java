package io.jvmroute.jetty;

import io.jvmroute.AffinityConfig;
import io.jvmroute.AffinityConfigBuilder;
import io.jvmroute.ConfigurationException;
import io.jvmroute.JvmRoute;
import io.jvmroute.JvmRouteException;
import io.jvmroute.forward.BackendTls;
import io.jvmroute.forward.ForwardSettings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.annotation.ManagedAttribute;
import org.eclipse.jetty.util.annotation.ManagedObject;
import org.eclipse.jetty.util.component.Dumpable;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * Session affinity for a Jetty cluster: serves the requests of this node's sessions and forwards the others to the node that owns theirs.
 *
 * <pre>{@code
 * server.setHandler(new AffinityHandler(AffinityConfig.builder().bindAddress("10.0.0.10").members("10.0.0.11", "10.0.0.12").build(), contexts));
 * }</pre>
 *
 * <p>One per server, around everything that has sessions. The route is the {@code workerName} of the server's session id manager, unless the options
 * name one; then Jetty takes that. The node is ready once the server has started, and drains before it stops.
 *
 * <p>The handler itself never blocks: it decides on the thread that read the request, and forwards without any.
 */
@ManagedObject("Session affinity of a cluster")
public final class AffinityHandler extends Handler.Wrapper {
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(10);

    private final Map<String, String> options = new LinkedHashMap<>();
    private final @Nullable AffinityConfig given;
    private final LifeCycle.Listener serverLife = new ServerLife();
    private volatile @Nullable AffinityCorridor corridor;

    /** A handler with all options at their defaults, to be set by {@link #setOption}. */
    public AffinityHandler() {
        given = null;
    }

    /** A handler with these options, around no other: for frontends. */
    public AffinityHandler(AffinityConfig config) {
        given = config;
    }

    /** A handler with these options around another. */
    public AffinityHandler(AffinityConfig config, Handler handler) {
        super(handler);
        given = config;
    }

    /**
     * Sets an option by name, as the XML of a Jetty base does. Judged at the start.
     *
     * @param value null: the default
     * @throws IllegalStateException if the handler was made with options, or is started
     */
    public void setOption(String name, @Nullable String value) {
        if (given != null || isRunning()) {
            throw new IllegalStateException(name + ": the options are fixed");
        }
        if (value == null) {
            options.remove(name);
        } else {
            options.put(name, value);
        }
    }

    // ---- life ----

    @Override
    protected void doStart() throws Exception {
        Server server = getServer();
        if (server == null) {
            throw new IllegalStateException("AffinityHandler: it belongs below a Server");
        }
        int handlers = server.getDescendants(AffinityHandler.class).size();
        if (handlers > 1 || server.getDefaultHandler() instanceof AffinityHandler) {
            throw new ConfigurationException(
                    List.of(
                            handlers > 1
                                    ? "AffinityHandler: there " + handlers
                                            + " times below this Server (expected: once, around everything)"
                                    : "AffinityHandler: the default handler of this Server (expected: its handler, around everything)"));
        }
        AffinityConfig config =
                WorkerName.agree(server, given != null ? given : builder().build());
        ForwardSettings settings = JvmRoute.forwardSettings(config, ForwardSettings.DEFAULT.maxForwards());
        JettyForwarder forwarder = new JettyForwarder(server, settings, new BackendTls(config.trustStore()));
        JvmRoute jvmRoute = new JvmRoute(config, forwarder);
        AffinityCorridor made = new AffinityCorridor(jvmRoute, forwarder, server);
        addBean(forwarder, /* managed= */ true);
        addEventListener(made.sessions());
        made.sessions().watchWithoutContext(server);
        corridor = made;
        try {
            jvmRoute.start();
            jvmRoute.awaitJoined(JOIN_LIMIT);
            super.doStart();
            made.use(isFrontend() ? null : getHandler());
            server.addEventListener(serverLife);
            if (server.isStarted()) {
                ready();
            }
        } catch (Exception e) {
            shut();
            throw e instanceof JvmRouteException
                    ? new IllegalStateException("AffinityHandler: " + e.getMessage(), e)
                    : e;
        }
    }

    private AffinityConfigBuilder builder() {
        AffinityConfigBuilder builder = AffinityConfig.builder();
        options.forEach(builder::set);
        return builder;
    }

    @Override
    protected void doStop() throws Exception {
        try {
            super.doStop();
        } finally {
            shut();
        }
    }

    private void shut() {
        AffinityCorridor running = corridor;
        corridor = null;
        getServer().removeEventListener(serverLife);
        if (running != null) {
            removeEventListener(running.sessions());
            running.sessions().leave(getServer());
            running.close();
            removeBean(running.forwarder());
        }
    }

    /** Follows the server, whose connectors are bound when it has started, and still are before it stops. */
    private final class ServerLife implements LifeCycle.Listener {
        @Override
        public void lifeCycleStarted(LifeCycle server) {
            ready();
        }

        @Override
        public void lifeCycleStopping(LifeCycle server) {
            drain();
        }
    }

    /**
     * Other nodes may send requests: contexts are started and connectors bound. Called by the start of the server.
     *
     * @throws ConfigurationException if no address can be found that other nodes could reach
     */
    public void ready() {
        JvmRoute jvmRoute = running().jvmRoute();
        AffinityConfig config = jvmRoute.config();
        boolean peer = config.mode() == AffinityConfig.Mode.PEER;
        URI url = config.url() != null || !peer ? config.url() : Connectors.url(getServer(), config.bindAddress());
        if (peer && url == null) {
            throw new ConfigurationException(
                    List.of("url: missing (expected: http://host:port, since no plain HTTP connector is bound)"));
        }
        jvmRoute.ready(url);
        if (peer) {
            running().sessions().tellWhatIsNotWatched(getServer());
        }
    }

    /**
     * This node stops soon: takes no new sessions, hands over those in a shared store, and waits for the others and for the requests in flight, at most
     * {@code drainTimeout}. Called by the stop of the server, before its connectors close; to drain a node that is to go on, use the MBean {@code
     * io.jvmroute:type=Affinity}.
     */
    public void drain() {
        AffinityCorridor running = corridor;
        if (running != null) {
            running.jvmRoute().awaitDrained();
        }
    }

    private AffinityCorridor running() {
        AffinityCorridor running = corridor;
        if (running == null) {
            throw new IllegalStateException("the handler is not started");
        }
        return running;
    }

    // ---- figures ----

    /** {@code STARTING, READY, DRAINING, MAINTENANCE, LEFT}. */
    @ManagedAttribute(value = "State of this node", readonly = true)
    public String getNodeState() {
        AffinityCorridor running = corridor;
        return running == null ? "LEFT" : running.jvmRoute().state().name();
    }

    /** The name of this node; empty on a frontend and while the handler is stopped. */
    @ManagedAttribute(value = "Route of this node", readonly = true)
    public String getRoute() {
        AffinityCorridor running = corridor;
        return running == null ? "" : running.route();
    }

    /** How many requests are being forwarded. */
    @ManagedAttribute(value = "Forwards in flight", readonly = true)
    public int getForwardsInFlight() {
        AffinityCorridor running = corridor;
        return running == null ? 0 : running.forwarder().inFlight();
    }

    @Override
    public void dump(Appendable out, String indent) throws IOException {
        AffinityCorridor running = corridor;
        if (running == null) {
            dumpObjects(out, indent);
        } else {
            dumpObjects(
                    out,
                    indent,
                    running.jvmRoute().config(),
                    "state=" + getNodeState() + " forwards=" + getForwardsInFlight() + " backends="
                            + running.forwarder().statistics(),
                    Dumpable.named("nodes", running.jvmRoute().view().nodes()));
        }
    }

    // ---- requests ----

    /**
     * That of the wrapped handler on a peer, since Jetty would let no context that may block be added later to a server that never blocks; {@code
     * NON_BLOCKING} on a frontend, which serves nothing itself, and where there is no handler.
     */
    @Override
    public InvocationType getInvocationType() {
        return isFrontend() || getHandler() == null ? InvocationType.NON_BLOCKING : super.getInvocationType();
    }

    private boolean isFrontend() {
        return given != null ? given.mode() == AffinityConfig.Mode.FRONTEND : "frontend".equals(options.get("mode"));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return running().handle(request, response, callback);
    }
}
