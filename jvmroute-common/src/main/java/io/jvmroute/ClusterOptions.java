package io.jvmroute;

import io.jvmroute.hazelcast.MemberFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom this node believes in its cluster, and how much of it must be there. Immutable.
 *
 * @param consistent whether the side of a partition with fewer than half of the last known nodes rejects requests whose owner it can't reach; default
 *     false ({@code partitionPolicy=available})
 * @param allowedNodes address ranges that the url of a registered node must lie in; empty: anywhere
 * @param hazelcastConfig the user's own configuration of the Hazelcast member; null: none
 */
public record ClusterOptions(
        boolean consistent,
        List<String> allowedNodes,
        @Nullable MemberFile hazelcastConfig) {
    /** The options of this record by name. */
    static final List<String> NAMES = List.of("partitionPolicy", "allowedNodes", "hazelcastConfig");

    /** Copies the list. */
    public ClusterOptions {
        allowedNodes = List.copyOf(allowedNodes);
    }

    /** Reads them, with all faults left in {@code read}. */
    static ClusterOptions read(OptionReader read) {
        PartitionPolicy policy = read.choice("partitionPolicy", PartitionPolicy.class, PartitionPolicy.AVAILABLE);
        return new ClusterOptions(
                policy == PartitionPolicy.CONSISTENT, read.ranges("allowedNodes"), read.memberFile("hazelcastConfig"));
    }

    private enum PartitionPolicy {
        AVAILABLE,
        CONSISTENT
    }
}
