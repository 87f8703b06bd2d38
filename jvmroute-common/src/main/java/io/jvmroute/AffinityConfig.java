package io.jvmroute;

import io.jvmroute.affinity.Route;
import io.jvmroute.cluster.Node;
import io.jvmroute.hazelcast.SharedInstance;
import io.jvmroute.policy.Balance;
import io.jvmroute.status.StatusOptions;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The options of a node, checked. Immutable; made by {@link #builder()}, which valve attributes and filter parameters fill by name.
 *
 * @param mode peer (default: this node has applications and owns sessions) or frontend
 * @param members other members of the cluster, {@code host[:port]}; default none
 * @param bindAddress the one interface of Hazelcast; default {@code 127.0.0.1}, never a wildcard
 * @param url where other nodes reach this node; null: from the container's first plain HTTP connector and {@code bindAddress}
 * @param route the name of this node; null for a frontend, and until the container was asked
 * @param backends static backends of a frontend, which know nothing of us; empty: nodes register themselves
 * @param healthCheck how static backends are checked; null: not, beyond what requests find out
 * @param balance where requests without a home go; default {@code local} for a peer, {@code least-requests} for a frontend
 * @param strict whether a request whose owner is down is rejected; default false ({@code onOwnerDown=redispatch})
 * @param connectTimeout how long a hop waits for a connection, and half as long again a look at a node in doubt for an answer; default 1 s
 * @param responseTimeout how long a hop waits for the head of a response; default 60 s
 * @param idleTimeout how long a body may stand still; default 60 s
 * @param drainTimeout how long a stop waits for sessions that can't be handed over and for requests in flight; default 30 s, zero: not at all
 * @param drainFile while this file exists the node drains; null: no file says so
 * @param maxForwards how many forwards at once; 0: half of the container's threads (peer) or nine tenths (frontend)
 * @param tunnelTimeout how long neither side of a tunnel (an upgraded connection, such as a WebSocket) may send a byte; default 1 h
 * @param maxTunnels how many tunnels at once; default 10 000
 * @param weight the share of new sessions relative to other nodes, 1 to 1000; default 1
 * @param slowStart how long a node that has joined takes to get its full share of new sessions; default 30 s, zero: at once
 * @param clusterName the name that all members share; default {@code jvmroute}
 * @param hazelcastPort the port of Hazelcast; default 5701, 0: any free one
 * @param trustStore the certificates that backends and nodes with an https url are checked against; null: those of the JDK
 * @param trustedProxies address ranges of proxies that are believed about the client; default none
 * @param secrets shared secrets of all nodes, the signing one first; empty: a random one in the grid
 * @param cluster whom this node believes in its cluster, and how much of it must be there
 * @param affinity where requests are asked for their home; default the session id
 * @param status where this node's status is shown and controlled, and to whom; null: nowhere
 * @param hazelcast the user's member of the grid; null: one of our own, at {@code bindAddress} and {@code hazelcastPort}
 */
public record AffinityConfig(
        Mode mode,
        List<String> members,
        String bindAddress,
        @Nullable URI url,
        @Nullable String route,
        List<Node> backends,
        @Nullable HealthCheck healthCheck,
        Balance balance,
        boolean strict,
        Duration connectTimeout,
        Duration responseTimeout,
        Duration idleTimeout,
        Duration drainTimeout,
        @Nullable Path drainFile,
        int maxForwards,
        Duration tunnelTimeout,
        int maxTunnels,
        int weight,
        Duration slowStart,
        String clusterName,
        int hazelcastPort,
        @Nullable KeyStore trustStore,
        List<String> trustedProxies,
        List<String> secrets,
        ClusterOptions cluster,
        AffinityOptions affinity,
        @Nullable StatusOptions status,
        @Nullable SharedInstance hazelcast) {

    /** What a node is. */
    public enum Mode {
        /** It has applications and owns sessions. */
        PEER,
        /** It forwards everything. */
        FRONTEND
    }

    /** Copies the lists. */
    public AffinityConfig {
        members = List.copyOf(members);
        backends = List.copyOf(backends);
        trustedProxies = List.copyOf(trustedProxies);
        secrets = List.copyOf(secrets);
    }

    /** Whether this node holds no data of the grid: a frontend of nodes that register themselves. */
    boolean isLite() {
        return mode == Mode.FRONTEND && backends.isEmpty();
    }

    /** A builder with all defaults. */
    public static AffinityConfigBuilder builder() {
        return new AffinityConfigBuilder();
    }

    /**
     * The same options with the name that the container gives this node.
     *
     * @param name null if the container gives none
     * @throws ConfigurationException if it contradicts the route, or if a peer has neither
     */
    public AffinityConfig withContainerRoute(@Nullable String name) {
        String known = route;
        if (mode == Mode.FRONTEND) {
            return this;
        }
        if (known != null && name != null && !known.equals(name)) {
            throw new ConfigurationException(
                    List.of("route: " + known + " (expected: the container's " + name + ", or only one of the two)"));
        }
        String named = known != null ? known : name;
        if (!Route.isValid(named)) {
            throw new ConfigurationException(List.of("route: " + Objects.requireNonNullElse(named, "missing")
                    + " (expected: " + Route.EXPECTED + "; every node needs one of its own)"));
        }
        return new AffinityConfig(
                mode,
                members,
                bindAddress,
                url,
                named,
                backends,
                healthCheck,
                balance,
                strict,
                connectTimeout,
                responseTimeout,
                idleTimeout,
                drainTimeout,
                drainFile,
                maxForwards,
                tunnelTimeout,
                maxTunnels,
                weight,
                slowStart,
                clusterName,
                hazelcastPort,
                trustStore,
                trustedProxies,
                secrets,
                cluster,
                affinity,
                status,
                hazelcast);
    }

    /** All options but the secrets. */
    @Override
    public String toString() {
        return "AffinityConfig[mode=" + mode + " route=" + route + " members=" + members + " bindAddress=" + bindAddress
                + " hazelcastPort=" + hazelcastPort + " clusterName=" + clusterName + " balance=" + balance + "]";
    }
}
