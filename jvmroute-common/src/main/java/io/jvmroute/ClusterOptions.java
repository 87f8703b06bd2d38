package io.jvmroute;

import io.jvmroute.hazelcast.MemberFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom this node believes in its cluster, how much of it must be there, and what it gives back. Immutable.
 *
 * @param consistent whether the side of a partition with fewer than half of the last known nodes rejects requests whose owner it can't reach; default
 *     false ({@code partitionPolicy=available})
 * @param failsBack whether sessions return to the node where they began once that is ready again; default false ({@code failback=none})
 * @param allowedNodes address ranges that the url of a registered node must lie in; empty: anywhere
 * @param hazelcastConfig the user's own configuration of the Hazelcast member; null: none
 */
public record ClusterOptions(
        boolean consistent,
        boolean failsBack,
        List<String> allowedNodes,
        @Nullable MemberFile hazelcastConfig) {
    /** The options of this record by name. */
    static final List<String> NAMES = List.of("partitionPolicy", "failback", "allowedNodes", "hazelcastConfig");

    /** Copies the list. */
    public ClusterOptions {
        allowedNodes = List.copyOf(allowedNodes);
    }

    /** Reads them, with all faults left in {@code read}. */
    static ClusterOptions read(OptionReader read) {
        PartitionPolicy policy = read.choice("partitionPolicy", PartitionPolicy.class, PartitionPolicy.AVAILABLE);
        return new ClusterOptions(
                policy == PartitionPolicy.CONSISTENT,
                read.choice("failback", Failback.class, Failback.NONE) == Failback.HOME,
                read.ranges("allowedNodes"),
                read.memberFile("hazelcastConfig"));
    }

    private enum Failback {
        NONE,
        HOME
    }

    private enum PartitionPolicy {
        AVAILABLE,
        CONSISTENT
    }
}
