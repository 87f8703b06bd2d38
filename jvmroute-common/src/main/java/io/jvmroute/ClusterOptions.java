package io.jvmroute;

import java.util.List;

/**
 * Whom this node believes in its cluster, and how much of it must be there. Immutable.
 *
 * @param consistent whether the side of a partition with fewer than half of the last known nodes rejects requests whose owner it can't reach; default
 *     false ({@code partitionPolicy=available})
 */
public record ClusterOptions(boolean consistent) {
    /** The options of this record by name. */
    static final List<String> NAMES = List.of("partitionPolicy");

    /** Reads them, with all faults left in {@code read}. */
    static ClusterOptions read(OptionReader read) {
        return new ClusterOptions(read.choice("partitionPolicy", PartitionPolicy.class, PartitionPolicy.AVAILABLE)
                == PartitionPolicy.CONSISTENT);
    }

    private enum PartitionPolicy {
        AVAILABLE,
        CONSISTENT
    }
}
