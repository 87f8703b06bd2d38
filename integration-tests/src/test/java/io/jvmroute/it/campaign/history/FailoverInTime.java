package io.jvmroute.it.campaign.history;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** After a fault of its owner a session is served again in time. */
public final class FailoverInTime implements Rule {
    @Override
    public String name() {
        return "failover";
    }

    @Override
    public List<Finding> check(History history) {
        if (!history.allowance().timed()) {
            return List.of();
        }
        List<Finding> findings = new ArrayList<>();
        Map<String, List<Operation>> sessions = history.sessions();
        for (Fault fault : history.faults()) {
            sessions.forEach((session, operations) -> {
                long took = failover(fault, operations);
                if (took > history.bound(fault.kind()) && fault.kind().boundMillis() > 0) {
                    findings.add(new Finding(
                            name(),
                            fault.from() + took,
                            session + " was served again after " + took + " ms: " + fault));
                }
            });
        }
        return findings;
    }

    /** The slowest failover of each kind of fault, in ms. */
    public static Map<FaultKind, Long> slowest(History history) {
        Map<FaultKind, Long> slowest = new EnumMap<>(FaultKind.class);
        Map<String, List<Operation>> sessions = history.sessions();
        for (Fault fault : history.faults()) {
            for (List<Operation> operations : sessions.values()) {
                slowest.merge(fault.kind(), failover(fault, operations), Math::max);
            }
        }
        return slowest;
    }

    /** How long a session whose owner was touched waited until an application had the next request that it answered well, from the fault or from the request after it; in ms. */
    private static long failover(Fault fault, List<Operation> session) {
        if (!touches(fault, session)) {
            return 0;
        }
        long began = Long.MAX_VALUE;
        long inVain = 0;
        for (Operation operation : session) {
            boolean isAffected = operation.end() >= fault.from() && operation.start() <= fault.to();
            if (isAffected && isEntered(fault, operation)) {
                began = Math.min(began, Math.max(fault.from(), operation.start()));
            }
            Served served = operation.answer().served();
            if (began != Long.MAX_VALUE && operation.isSuccess() && served != null && isEntered(fault, operation)) {
                return Math.max(0, served.at() - began);
            }
            if (isAffected && isEntered(fault, operation)) {
                inVain = operation.end() - began;
            }
        }
        return inVain; // its user left
    }

    /** Whether the session was last served by a target, or is used through one. */
    private static boolean touches(Fault fault, List<Operation> session) {
        if (fault.kind().mayFailAtFrontend()) {
            return false; // users go to another one by themselves
        }
        String owner = "";
        for (Operation operation : session) {
            if (operation.isServed() && operation.end() < fault.from()) {
                owner = OneOwner.node(operation);
            }
        }
        return fault.touches(owner);
    }

    private static boolean isEntered(Fault fault, Operation operation) {
        return !fault.touches(operation.sender().entry()) || fault.kind().splits();
    }
}
