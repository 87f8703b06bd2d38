package io.jvmroute;

import io.jvmroute.AffinityConfig.Mode;
import io.jvmroute.affinity.Route;
import io.jvmroute.cluster.AddressRanges;
import io.jvmroute.hazelcast.MemberFile;
import io.jvmroute.hazelcast.SharedInstance;
import io.jvmroute.http.Hosts;
import io.jvmroute.policy.Balance;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Collects options by name or by method and checks them all at once.
 *
 * <p>Not thread-safe.
 */
public final class AffinityConfigBuilder {
    private static final List<String> OWN = List.of(
            "mode",
            "members",
            "bindAddress",
            "url",
            "route",
            "backends",
            "healthPath",
            "healthInterval",
            "healthRise",
            "healthFall",
            "balance",
            "onOwnerDown",
            "connectTimeout",
            "responseTimeout",
            "idleTimeout",
            "drainTimeout",
            "drainFile",
            "maxForwards",
            "tunnelTimeout",
            "maxTunnels",
            "weight",
            "slowStart",
            "clusterName",
            "hazelcastPort",
            "trustStore",
            "trustStorePassword",
            "trustStoreType",
            "trustedProxies",
            "secret",
            "statusPath",
            "statusToken",
            "statusAllow");

    /** The options that {@link #set} knows. */
    public static final List<String> OPTIONS = Stream.of(OWN, ClusterOptions.NAMES, AffinityOptions.NAMES)
            .flatMap(List::stream)
            .toList();

    private final Map<String, String> options = new LinkedHashMap<>();
    private final List<String> unknown = new ArrayList<>();
    private @Nullable String containerRoute;
    private boolean containerAsked;
    private @Nullable SharedInstance hazelcast;

    AffinityConfigBuilder() {}

    /** Sets the option {@code name} from text, as a container's configuration file does; the last value counts. */
    public AffinityConfigBuilder set(String name, String value) {
        if (OPTIONS.contains(name)) {
            options.put(name, value.trim());
        } else {
            unknown.add(name + ": unknown option (expected: one of " + String.join(", ", OPTIONS) + ")");
        }
        return this;
    }

    /** Peer or frontend. */
    public AffinityConfigBuilder mode(Mode mode) {
        return set("mode", mode.name().toLowerCase(java.util.Locale.ROOT));
    }

    /** Other cluster members, {@code host[:port]}. */
    public AffinityConfigBuilder members(String... members) {
        return set("members", String.join(",", members));
    }

    /** The one interface for Hazelcast. */
    public AffinityConfigBuilder bindAddress(String address) {
        return set("bindAddress", address);
    }

    /** Where other nodes reach this node. */
    public AffinityConfigBuilder url(URI url) {
        return set("url", url.toString());
    }

    /** The name of this node. */
    public AffinityConfigBuilder route(String route) {
        return set("route", route);
    }

    /** The name that the container gives this node (Tomcat's {@code jvmRoute}); null or empty if it gives none. */
    public AffinityConfigBuilder containerRoute(@Nullable String route) {
        containerRoute = route == null || route.isEmpty() ? null : route;
        containerAsked = true;
        return this;
    }

    /** Hazelcast's port, 0 for any free one. */
    public AffinityConfigBuilder hazelcastPort(int port) {
        return set("hazelcastPort", Integer.toString(port));
    }

    /**
     * The user's own member of the grid, whose life stays the user's: it is stopped after the server. The options of a member ({@code members}, {@code
     * bindAddress}, {@code hazelcastPort}, {@code clusterName}) are its own affair then; {@code bindAddress} still says where a {@code url} is to be found.
     */
    public AffinityConfigBuilder hazelcast(SharedInstance shared) {
        hazelcast = shared;
        return this;
    }

    /** The name of the cluster. */
    public AffinityConfigBuilder clusterName(String name) {
        return set("clusterName", name);
    }

    /** How long a hop waits for a connection. */
    public AffinityConfigBuilder connectTimeout(Duration timeout) {
        return set("connectTimeout", timeout.toMillis() + "ms");
    }

    /** How long a hop waits for the head of a response. */
    public AffinityConfigBuilder responseTimeout(Duration timeout) {
        return set("responseTimeout", timeout.toMillis() + "ms");
    }

    /**
     * The checked options. Where neither a route is given nor the container was asked, it is asked later: {@link
     * AffinityConfig#withContainerRoute}.
     *
     * @throws ConfigurationException if any option is wrong or missing; the message lists all of them
     */
    public AffinityConfig build() {
        OptionReader read = new OptionReader(options, unknown);
        Mode mode = read.choice("mode", Mode.class, Mode.PEER);
        List<String> members = read.list("members", OptionReader::memberFault);
        String bindAddress = read.text("bindAddress", "127.0.0.1");
        read.checkBindAddress(bindAddress, members);
        ClusterOptions cluster = ClusterOptions.read(read);
        AffinityConfig config = new AffinityConfig(
                mode,
                members,
                bindAddress,
                read.url("url"),
                route(read, mode),
                read.backends("backends"),
                read.healthCheck(),
                read.choice("balance", Balance.class, mode == Mode.PEER ? Balance.LOCAL : Balance.LEAST_REQUESTS),
                read.choice("onOwnerDown", OwnerDown.class, OwnerDown.REDISPATCH) == OwnerDown.REJECT,
                read.time("connectTimeout", Duration.ofSeconds(1)),
                read.time("responseTimeout", Duration.ofSeconds(60)),
                read.time("idleTimeout", Duration.ofSeconds(60)),
                read.timeOrZero("drainTimeout", Duration.ofSeconds(30)),
                read.signalFile("drainFile"),
                read.number("maxForwards", 0, 1, 1_000_000),
                read.time("tunnelTimeout", Duration.ofHours(1)),
                read.number("maxTunnels", 10_000, 1, 1_000_000),
                read.number("weight", 1, 1, 1000),
                read.timeOrZero("slowStart", Duration.ofSeconds(30)),
                clusterName(read, cluster),
                read.number("hazelcastPort", 5701, 0, 65_535),
                read.trustStore(),
                read.ranges("trustedProxies"),
                read.secrets("secret"),
                cluster,
                AffinityOptions.read(read),
                read.status(),
                hazelcast);
        checkHazelcast(read);
        checkHazelcastConfig(read, config);
        checkOwnAddress(read, config);
        if (mode == Mode.PEER && !config.backends().isEmpty()) {
            read.fault("backends", "given", "none in peer mode: nodes register themselves");
        }
        if (config.healthCheck() != null && config.backends().isEmpty()) {
            read.fault("healthPath", "given", "none without backends: nodes tell how they are");
        }
        if (mode == Mode.FRONTEND && config.balance() == Balance.LOCAL) {
            read.fault("balance", "local", "round-robin, least-requests or least-sessions in frontend mode");
        }
        if (!config.backends().isEmpty() && config.balance() == Balance.LEAST_SESSIONS) {
            read.fault("balance", "least-sessions", "another with backends, which do not tell how many they have");
        }
        if (config.cluster().failsBack() && !config.affinity().beginsWithSession()) {
            read.fault("failback", "home", "none where affinity does not begin with session");
        }
        read.throwIfFaulty();
        return config;
    }

    /** The others must not refuse what this node will say of itself. */
    private static void checkOwnAddress(OptionReader read, AffinityConfig config) {
        List<String> ranges = config.cluster().allowedNodes();
        URI url = config.url();
        String address = url == null ? config.bindAddress() : Hosts.unbracketed(url.getHost());
        boolean valid = ranges.stream().allMatch(AddressRanges::isRange);
        if (config.mode() == Mode.PEER
                && valid
                && !ranges.isEmpty()
                && !AddressRanges.of(ranges).contains(address)) {
            read.fault(url == null ? "bindAddress" : "url", address, "an address in allowedNodes, no name");
        }
    }

    private void checkHazelcast(OptionReader read) {
        SharedInstance given = hazelcast;
        if (given == null) {
            return;
        }
        given.faults().forEach(fault -> read.fault("hazelcast: " + fault));
        for (String option : List.of("members", "hazelcastPort", "clusterName", "hazelcastConfig")) {
            if (options.containsKey(option)) {
                read.fault(option, "given", "none beside a Hazelcast instance, which has its own");
            }
        }
    }

    private void checkHazelcastConfig(OptionReader read, AffinityConfig config) {
        MemberFile file = config.cluster().hazelcastConfig();
        if (file == null) {
            return;
        }
        file.faults(config.isLite()).forEach(fault -> read.fault("hazelcastConfig: " + fault));
        for (String option : List.of("members", "hazelcastPort")) {
            if (options.containsKey(option)) {
                read.fault(option, "given", "none beside hazelcastConfig, which has its own");
            }
        }
        String itsName = file.clusterName();
        if (itsName != null && !itsName.equals(config.clusterName())) {
            read.fault(
                    "clusterName",
                    config.clusterName(),
                    "the " + itsName + " of hazelcastConfig, or only one of the two");
        }
    }

    /** The option's, else the configuration file's, else ours. */
    private String clusterName(OptionReader read, ClusterOptions cluster) {
        MemberFile file = cluster.hazelcastConfig();
        String itsName = file == null ? null : file.clusterName();
        return itsName != null && !options.containsKey("clusterName") ? itsName : read.name("clusterName", "jvmroute");
    }

    private @Nullable String route(OptionReader read, Mode mode) {
        String given = options.get("route");
        if (given != null && containerRoute != null && !given.equals(containerRoute)) {
            read.fault("route", given, "the container's " + containerRoute + ", or only one of the two");
        }
        String route = given != null ? given : containerRoute;
        if (mode == Mode.FRONTEND || (route == null && !containerAsked)) {
            return null;
        }
        if (!Route.isValid(route)) {
            read.fault(
                    given != null ? "route" : "jvmRoute",
                    Objects.requireNonNullElse(route, "missing"),
                    Route.EXPECTED + "; every node needs one of its own");
        }
        return route;
    }

    private enum OwnerDown {
        REDISPATCH,
        REJECT
    }

    /** The options given so far, by name, without the secrets. */
    @Override
    public String toString() {
        Map<String, String> shown = new LinkedHashMap<>(options);
        shown.remove("secret");
        shown.remove("statusToken");
        shown.remove("trustStorePassword");
        return shown + Arrays.toString(unknown.toArray());
    }
}
