package io.jvmroute.hazelcast;

import com.hazelcast.config.CompactSerializationConfigAccessor;
import com.hazelcast.config.Config;
import com.hazelcast.config.MapConfig;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The user's own configuration of this node's member, in Hazelcast's YAML or XML: how members find each other, in Kubernetes or a cloud, say.
 *
 * <p>What jvmroute needs is laid over it: its maps with their rule for merges, the serialization of what is in them and of nothing else. What contradicts
 * that is a fault. Timeouts and numbers of threads are jvmroute's where the file says nothing.
 *
 * @param path {@code .yaml}, {@code .yml} or {@code .xml}
 * @param bindAddress the address that the options name; null: as the file says
 */
public record MemberFile(Path path, @Nullable String bindAddress) {
    /** A cluster of this name is of no name: Hazelcast's own default. */
    private static final String UNNAMED = "dev";

    private static final String LOCAL_ADDRESS = "hazelcast.local.localAddress";

    /** Properties that can't be otherwise. */
    private static final Map<String, String> FIXED =
            Map.of("hazelcast.shutdownhook.enabled", "false", "hazelcast.socket.bind.any", "false");

    /** Properties of a member of our own that a file may do without. */
    private static final Set<String> NOT_LAID_OVER = Set.of(LOCAL_ADDRESS, "hazelcast.discovery.enabled");

    /**
     * The name of the cluster that the file gives, or null; null too if it can't be read, which {@link #faults} tell of.
     */
    public @Nullable String clusterName() {
        try {
            String name = read().getClusterName();
            return UNNAMED.equals(name) ? null : name;
        } catch (RuntimeException unreadable) { // of Hazelcast's many
            return null;
        }
    }

    /**
     * What is wrong with the file, each as {@code what (expected: …)}; empty if it will do.
     *
     * @param lite whether the member is to hold no data
     */
    public List<String> faults(boolean lite) {
        if (!Files.isReadable(path) || !Files.isRegularFile(path)) {
            return List.of(path + " (expected: a file that can be read)");
        }
        Config config;
        try {
            config = read();
        } catch (RuntimeException e) { // of Hazelcast's many
            return List.of(
                    path + " (expected: Hazelcast's configuration in .yaml, .yml or .xml: " + e.getMessage() + ")");
        }
        List<String> faults = new ArrayList<>();
        if (config.isLiteMember() && !lite) {
            faults.add("lite-member (expected: none: a node that has sessions holds data)");
        }
        for (MapConfig ours : ourMaps()) {
            if (config.getMapConfigs().containsKey(ours.getName())) {
                SharedInstance.check(config, ours, faults);
            }
        }
        checkSerialization(config, faults);
        checkProperties(config, faults);
        return faults;
    }

    private static List<MapConfig> ourMaps() {
        return List.copyOf(MemberConfig.maps(new Config()).getMapConfigs().values());
    }

    private static void checkSerialization(Config config, List<String> faults) {
        if (config.getSerializationConfig().getJavaSerializationFilterConfig() != null) {
            faults.add("java-serialization-filter (expected: none: it is jvmroute's)");
        }
        Map<String, ?> registered = CompactSerializationConfigAccessor.getRegistrations(
                config.getSerializationConfig().getCompactSerializationConfig());
        MemberConfig.serializers().stream()
                .map(serializer -> serializer.getTypeName())
                .filter(registered::containsKey)
                .forEach(
                        type -> faults.add("compact-serialization of " + type + " (expected: none: it is jvmroute's)"));
    }

    private void checkProperties(Config config, List<String> faults) {
        FIXED.forEach((name, value) -> checkProperty(config, name, value, faults));
        if (bindAddress != null) {
            checkProperty(config, LOCAL_ADDRESS, bindAddress, faults);
        }
    }

    private static void checkProperty(Config config, String name, String expected, List<String> faults) {
        String given = config.getProperties().getProperty(name);
        if (given != null && !given.equals(expected)) {
            faults.add(name + ": " + given + " (expected: " + expected + ")");
        }
    }

    /** The file with all that is laid over it. */
    Config load(GridSettings settings, String memberId) {
        Config config = read();
        config.setClassLoader(HazelcastGrid.class.getClassLoader())
                .setClusterName(settings.clusterName())
                .setLiteMember(settings.lite());
        if (config.getInstanceName() == null) {
            config.setInstanceName("jvmroute-" + memberId);
        }
        MemberConfig.name(config, memberId);
        for (MapConfig ours : ourMaps()) {
            if (!config.getMapConfigs().containsKey(ours.getName())) {
                config.addMapConfig(ours);
            }
        }
        MemberConfig.serialization(config);
        properties(config, MemberConfig.of(settings, memberId).getProperties());
        return config;
    }

    private void properties(Config config, Properties ours) {
        ours.stringPropertyNames().stream()
                .filter(name -> !NOT_LAID_OVER.contains(name))
                .forEach(name -> config.getProperties().putIfAbsent(name, ours.getProperty(name)));
        if (bindAddress != null) {
            config.setProperty(LOCAL_ADDRESS, bindAddress);
        }
    }

    /** Whether the port of the member serves Hazelcast's clients as well, as it does unless the network is configured in the advanced way. */
    static boolean servesClients(Config config) {
        return !config.getAdvancedNetworkConfig().isEnabled();
    }

    private Config read() {
        return MemberStart.inOwnLoader(() -> {
            try {
                return Config.loadFromFile(path.toFile());
            } catch (FileNotFoundException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
