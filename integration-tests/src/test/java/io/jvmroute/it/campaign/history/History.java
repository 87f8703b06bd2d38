package io.jvmroute.it.campaign.history;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All that was recorded.
 *
 * @param allowance what failovers may take
 */
public record History(
        List<Operation> operations,
        List<Fault> faults,
        List<Execution> executions,
        List<Measure> measures,
        Allowance allowance) {
    /**
     * What a failover may take beside what is promised for it.
     *
     * @param patience how many times as long as on an idle machine
     * @param timed whether times are judged, or told only; then failures are those of a fault until the cluster is whole again
     */
    public record Allowance(double patience, boolean timed) {
        /** What is promised, as on an idle machine. */
        public static final Allowance NONE = new Allowance(1, /* timed= */ true);
    }

    public History {
        operations = operations.stream()
                .sorted(Comparator.comparingLong(Operation::start))
                .toList();
        faults = faults.stream().sorted(Comparator.comparingLong(Fault::from)).toList();
        executions = List.copyOf(executions);
        measures = List.copyOf(measures);
    }

    /** The operations of each session in the order in which they were sent. */
    Map<String, List<Operation>> sessions() {
        return operations.stream()
                .filter(operation -> operation.kind().isEarnest())
                .collect(Collectors.groupingBy(
                        operation -> operation.sender().session(), TreeMap::new, Collectors.toList()));
    }

    /** The same without answers that did not come out of the session. */
    Map<String, List<Operation>> served() {
        Map<String, List<Operation>> served = sessions();
        served.replaceAll((session, operations) ->
                operations.stream().filter(Operation::isServed).toList());
        return served;
    }

    /** How long a failover may take, in ms. */
    public long bound(FaultKind kind) {
        return Math.round(kind.boundMillis() * allowance.patience());
    }

    /** How long after its end a fault may still be seen. */
    long aftermath(Fault fault) {
        return fault.kind().splits() ? Math.round(FaultKind.HEALED_MILLIS * allowance.patience()) : bound(fault.kind());
    }
}
