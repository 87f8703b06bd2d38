package io.jvmroute.tomcat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.catalina.Container;
import org.apache.catalina.Engine;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleEvent;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleListener;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.Server;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.jspecify.annotations.Nullable;

/**
 * Session affinity for a Tomcat cluster: serves the requests of this node's sessions and forwards the others to the node that owns theirs.
 *
 * <p>On the Engine (or on one Host):
 *
 * <pre>{@code
 * <Engine name="Catalina" defaultHost="localhost" jvmRoute="n1">
 *   <Valve className="io.jvmroute.tomcat.AffinityValve" members="10.0.0.11,10.0.0.12" bindAddress="10.0.0.11"/>
 * }</pre>
 *
 * <p>The attributes are the options of the product, by name; the README lists them with their defaults. A wrong or unknown one stops the
 * start. On an embedded Tomcat the valve is added to the Engine's pipeline before the start; it finds the Server's events by itself. Where an Engine
 * is started without a Server, {@link #ready} and {@link #drain} are to be called.
 *
 * <p>This class alone is visible to Tomcat when the self-contained JAR is used; everything else sits behind {@link TomcatCorridor}.
 */
public final class AffinityValve extends ValveBase implements LifecycleListener {
    private final Map<String, String> options = new LinkedHashMap<>();
    private @Nullable Server server;
    private volatile @Nullable TomcatCorridor corridor;
    private @Nullable CorridorLoader loader;

    /** A valve with all options at their defaults. */
    public AffinityValve() {
        super(/* asyncSupported= */ true);
    }

    // ---- options ----

    /**
     * Sets an option by name. Tomcat calls it for every attribute without a setter, so that a misspelt one is found at the start instead of being
     * logged and forgotten.
     *
     * @return true: the option is kept, and judged at the start
     */
    public boolean setProperty(String name, String value) {
        options.put(name, value);
        return true;
    }

    /** {@code peer} (default) or {@code frontend}. */
    public void setMode(String mode) {
        setProperty("mode", mode);
    }

    /** The option as set; empty where its default holds. */
    public String getMode() {
        return options.getOrDefault("mode", "");
    }

    /** Other members of the cluster, {@code host[:port]}, comma-separated. */
    public void setMembers(String members) {
        setProperty("members", members);
    }

    /** The option as set; empty where its default holds. */
    public String getMembers() {
        return options.getOrDefault("members", "");
    }

    /** The one interface of Hazelcast; default {@code 127.0.0.1}. */
    public void setBindAddress(String bindAddress) {
        setProperty("bindAddress", bindAddress);
    }

    /** The option as set; empty where its default holds. */
    public String getBindAddress() {
        return options.getOrDefault("bindAddress", "");
    }

    /** Hazelcast's port; default 5701, 0 for any free one. */
    public void setHazelcastPort(String hazelcastPort) {
        setProperty("hazelcastPort", hazelcastPort);
    }

    /** The option as set; empty where its default holds. */
    public String getHazelcastPort() {
        return options.getOrDefault("hazelcastPort", "");
    }

    /** The name of the cluster; default {@code jvmroute}. */
    public void setClusterName(String clusterName) {
        setProperty("clusterName", clusterName);
    }

    /** The option as set; empty where its default holds. */
    public String getClusterName() {
        return options.getOrDefault("clusterName", "");
    }

    /** The state of this node: {@code STARTING, READY, DRAINING, MAINTENANCE, LEFT}; for JMX. */
    public String getNodeState() {
        TomcatCorridor running = corridor;
        return running == null ? "LEFT" : running.toString();
    }

    // ---- life ----

    /** Listens to the container, whose start begins before its applications are deployed. */
    @Override
    public void setContainer(@Nullable Container newContainer) {
        Container old = getContainer();
        if (old != null) {
            old.removeLifecycleListener(this);
        }
        super.setContainer(newContainer);
        if (newContainer != null) {
            newContainer.addLifecycleListener(this);
        }
    }

    /** Follows the container and its Server. */
    @Override
    public void lifecycleEvent(LifecycleEvent event) {
        try {
            if (event.getLifecycle() == getContainer()) {
                if (Lifecycle.BEFORE_INIT_EVENT.equals(event.getType())) {
                    Listeners.bindOnStart(getContainer());
                } else if (Lifecycle.BEFORE_START_EVENT.equals(event.getType())) {
                    open();
                }
            } else if (Lifecycle.AFTER_START_EVENT.equals(event.getType())) {
                ready();
            } else if (Lifecycle.BEFORE_STOP_EVENT.equals(event.getType())) {
                drain();
            }
        } catch (LifecycleException e) {
            throw new IllegalArgumentException(e.getMessage(), e); // the container's start fails with it
        }
    }

    /** Joins the cluster first, then lets the container go on: a member that starts meanwhile would slow each deployment down. */
    private void open() throws LifecycleException {
        if (corridor == null) {
            CorridorLoader opened = new CorridorLoader();
            TomcatCorridor made = opened.load(options, getContainer());
            try {
                made.start();
                made.awaitJoined();
            } catch (LifecycleException | RuntimeException e) {
                made.stop();
                opened.close();
                throw e;
            }
            loader = opened;
            corridor = made;
        }
    }

    @Override
    protected void startInternal() throws LifecycleException {
        open(); // where the container had started before the valve was added
        server = findServer();
        if (server != null) {
            server.addLifecycleListener(this);
            if (server.getState() == LifecycleState.STARTED) {
                running().ready();
            }
        }
        super.startInternal();
    }

    @Override
    protected void stopInternal() throws LifecycleException {
        super.stopInternal();
        if (server != null) {
            server.removeLifecycleListener(this);
        }
        shut();
    }

    /** Also the way out of a start that failed elsewhere, after which no valve is stopped. */
    @Override
    protected void destroyInternal() throws LifecycleException {
        shut();
        super.destroyInternal();
    }

    private void shut() {
        TomcatCorridor running = corridor;
        if (running != null) {
            running.stop();
        }
        corridor = null;
        if (loader != null) {
            loader.close();
        }
        loader = null;
    }

    private @Nullable Server findServer() {
        for (Container at = getContainer(); at != null; at = at.getParent()) {
            if (at instanceof Engine engine && engine.getService() != null) {
                return engine.getService().getServer();
            }
        }
        return null;
    }

    private TomcatCorridor running() {
        TomcatCorridor running = corridor;
        if (running == null) {
            throw new IllegalStateException("the valve is not started");
        }
        return running;
    }

    /**
     * Other nodes may send requests: applications are deployed and connectors bound. Called by the Server's start where there is a Server.
     *
     * @throws LifecycleException if no address can be found that other nodes could reach
     */
    public void ready() throws LifecycleException {
        running().ready();
    }

    /**
     * This node stops soon: takes no new sessions, hands over those whose data others have, and waits for the others and for the requests in flight, at
     * most {@code drainTimeout}. Called by the Server's stop where there is a Server; to drain a node that is to go on, use the MBean
     * {@code io.jvmroute:type=Affinity}.
     */
    public void drain() {
        TomcatCorridor running = corridor;
        if (running != null) {
            running.drain();
        }
    }

    // ---- requests ----

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        running().invoke(request, response, getNext());
    }
}
