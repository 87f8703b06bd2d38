package io.jvmroute.hazelcast;

import com.hazelcast.config.CompactSerializationConfigAccessor;
import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.MapConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Hazelcast member that the user starts and stops, and lets jvmroute use beside other things: session data, say.
 *
 * <pre>{@code
 * Config config = SharedInstance.prepare(new Config());      // with the user's own network, security and maps
 * HazelcastInstance member = Hazelcast.newHazelcastInstance(config);
 * AffinityConfig.builder().hazelcast(SharedInstance.of(member));
 * }</pre>
 *
 * <p>All nodes of a cluster either share a member or have one of jvmroute's own; both kinds join each other if network and cluster name agree. How
 * soon a dead node is noticed is up to the user's settings. Immutable.
 */
public final class SharedInstance {
    private final HazelcastInstance member;

    private SharedInstance(HazelcastInstance member) {
        this.member = member;
    }

    /**
     * Adds what jvmroute needs of a member: its maps with their rule for merges, the serialization of what is in them, and a name for the member. Before the start of
     * the member; changes nothing else.
     *
     * @return the same {@code config}
     */
    public static Config prepare(Config config) {
        MemberConfig.name(config, MemberConfig.newMemberId());
        MemberConfig.maps(config);
        for (CompactSerializer<?> serializer : MemberConfig.serializers()) {
            config.getSerializationConfig().getCompactSerializationConfig().addSerializer(serializer);
        }
        return config;
    }

    /** A member that was started with a {@linkplain #prepare prepared} configuration. It is checked when the options are built. */
    public static SharedInstance of(HazelcastInstance member) {
        return new SharedInstance(member);
    }

    /** What is wrong with the member, each as {@code what (expected: …)}; empty if it will do. */
    public List<String> faults() {
        if (!member.getLifecycleService().isRunning()) {
            return List.of("not running (expected: a running member, stopped after the server)");
        }
        List<String> faults = new ArrayList<>();
        if (memberAttribute() == null) {
            faults.add("not prepared (expected: SharedInstance.prepare(config) before the start)");
        }
        Config config = member.getConfig();
        MemberConfig.maps(new Config()).getMapConfigs().values().forEach(expected -> check(config, expected, faults));
        checkSerializers(config, faults);
        return faults;
    }

    private @Nullable String memberAttribute() {
        return member.getCluster().getLocalMember().getAttribute(MemberConfig.MEMBER_ID);
    }

    static void check(Config config, MapConfig expected, List<String> faults) {
        MapConfig found = config.findMapConfig(expected.getName());
        String policy = expected.getMergePolicyConfig().getPolicy();
        if (!found.getMergePolicyConfig().getPolicy().equals(policy)) {
            faults.add("map " + expected.getName() + " with merge policy "
                    + found.getMergePolicyConfig().getPolicy() + " (expected: " + policy + ")");
        }
        boolean forgets = found.getTimeToLiveSeconds() > 0
                || found.getMaxIdleSeconds() > 0
                || found.getEvictionConfig().getEvictionPolicy() != EvictionPolicy.NONE;
        if (forgets || found.getBackupCount() < 1) {
            faults.add("map " + expected.getName()
                    + " that forgets (expected: one synchronous backup at least, no eviction, no time to live)");
        }
    }

    private static void checkSerializers(Config config, List<String> faults) {
        Map<String, ?> registered = CompactSerializationConfigAccessor.getRegistrations(
                config.getSerializationConfig().getCompactSerializationConfig());
        List<String> missing = MemberConfig.serializers().stream()
                .map(CompactSerializer::getTypeName)
                .filter(type -> !registered.containsKey(type))
                .toList();
        if (!missing.isEmpty()) {
            faults.add("no serialization of " + String.join(", ", missing)
                    + " (expected: SharedInstance.prepare(config) after all other serializers were set)");
        }
    }

    HazelcastInstance member() {
        return member;
    }

    String memberId() {
        String id = memberAttribute();
        if (id == null) {
            throw new IllegalStateException("the member was not prepared");
        }
        return id;
    }

    /** The name of the member. */
    @Override
    public String toString() {
        return member.getName();
    }
}
