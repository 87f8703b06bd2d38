package io.jvmroute.it.campaign.history;

import java.util.Set;

/**
 * Something that was done to nodes or frontends.
 *
 * @param targets their names
 * @param from when it began, in ms
 * @param struck when it was done: the process is gone, the port refuses
 * @param undone when it was thawed, let through or started again
 * @param to when all servers saw all nodes ready again
 */
public record Fault(FaultKind kind, Set<String> targets, long from, long struck, long undone, long to) {
    public Fault {
        targets = Set.copyOf(targets);
        if (struck < from || undone < struck || to < undone) {
            throw new IllegalArgumentException(
                    "times: " + from + " " + struck + " " + undone + " " + to + " (expected: in order)");
        }
    }

    boolean touches(String name) {
        return targets.contains(name);
    }

    /** Whether its effects, which outlast it for the given time, are seen in the interval. */
    boolean reaches(long start, long end, long afterwards) {
        return from <= end && start <= to + afterwards;
    }
}
