package io.jvmroute.it.campaign.history;

import java.util.ArrayList;
import java.util.List;

/** No node serves a session after its user has logged out, unless a split kept the news from it. */
final class EndedStaysEnded implements Rule {
    @Override
    public String name() {
        return "ended";
    }

    @Override
    public List<Finding> check(History history) {
        List<Finding> findings = new ArrayList<>();
        for (List<Operation> session : history.sessions().values()) {
            long ended = Long.MAX_VALUE;
            for (Operation operation : session) {
                if (operation.start() >= ended && operation.isServed() && !isExcused(ended, operation, history)) {
                    findings.add(new Finding(name(), operation.end(), "served after its end: " + operation));
                }
                if (operation.kind() == Operation.Kind.LOGOUT && operation.isSuccess()) {
                    ended = Math.min(ended, operation.end());
                }
            }
        }
        return findings;
    }

    private static boolean isExcused(long ended, Operation operation, History history) {
        return history.faults().stream()
                .anyMatch(fault ->
                        fault.kind().splits() && fault.reaches(ended, operation.end(), history.aftermath(fault)));
    }
}
