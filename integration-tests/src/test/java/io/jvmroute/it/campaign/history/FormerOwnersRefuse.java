package io.jvmroute.it.campaign.history;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A node carries out nothing in a session that others have served since, be it a POST that waited in it while it stood still; unless the network was split. */
final class FormerOwnersRefuse implements Rule {
    @Override
    public String name() {
        return "stale";
    }

    @Override
    public List<Finding> check(History history) {
        Map<String, List<Operation>> sessions = history.served();
        Map<String, Operation> byNonce = new HashMap<>();
        history.operations().forEach(operation -> byNonce.put(operation.nonce(), operation));
        return history.executions().stream()
                .filter(execution -> byNonce.containsKey(execution.nonce()))
                .filter(execution -> {
                    Operation operation = byNonce.get(execution.nonce());
                    List<Operation> session =
                            sessions.getOrDefault(operation.sender().session(), List.of());
                    return !operation.isSuccess()
                            && isStale(execution, session)
                            && !isEnded(execution, session)
                            && !isExcused(execution, history);
                })
                .map(execution -> new Finding(
                        name(),
                        execution.at(),
                        "carried out by a former owner: " + execution + " of " + byNonce.get(execution.nonce())))
                .toList();
    }

    /** Whether the node had served the session, and another one has since. */
    private static boolean isStale(Execution execution, List<Operation> served) {
        long lastHere = last(served, execution, /* here= */ true);
        long lastElsewhere = last(served, execution, /* here= */ false);
        return lastHere > 0 && lastElsewhere > lastHere;
    }

    /** Then it has no owner, and there is nothing that could be stale. */
    private static boolean isEnded(Execution execution, List<Operation> served) {
        return served.stream()
                .anyMatch(operation -> operation.kind() == Operation.Kind.LOGOUT && operation.end() < execution.at());
    }

    /** When an application of this node, or of another one, had last begun to serve it before. */
    private static long last(List<Operation> served, Execution execution, boolean here) {
        long last = 0;
        for (Operation operation : served) {
            Served by = operation.answer().served();
            if (by != null && by.node().equals(execution.node()) == here && by.at() < execution.at()) {
                last = Math.max(last, by.at());
            }
        }
        return last;
    }

    /** Whether it may be the owner again, or one of two. */
    private static boolean isExcused(Execution execution, History history) {
        return history.faults().stream()
                .anyMatch(fault -> fault.reaches(execution.at(), execution.at(), history.aftermath(fault))
                        && (fault.kind().splits()
                                || (fault.kind().movesSessions() && !fault.touches(execution.node()))));
    }
}
