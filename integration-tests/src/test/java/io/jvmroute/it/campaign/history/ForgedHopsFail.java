package io.jvmroute.it.campaign.history;

import java.util.List;

/** A hop header that no node has made gets the request refused. */
final class ForgedHopsFail implements Rule {
    @Override
    public String name() {
        return "forged";
    }

    @Override
    public List<Finding> check(History history) {
        return history.operations().stream()
                .filter(operation -> operation.kind() == Operation.Kind.FORGED && !isRefused(operation, history))
                .map(operation -> new Finding(name(), operation.end(), "a forged hop was taken: " + operation))
                .toList();
    }

    /** By the server that it was sent to, which needs no other for that; unless that was touched by a fault, and did not answer. */
    private static boolean isRefused(Operation operation, History history) {
        int status = operation.answer().status();
        return status == 400
                || (status == Answer.NONE
                        && history.faults().stream()
                                .anyMatch(fault ->
                                        fault.touches(operation.sender().entry())
                                                && fault.reaches(
                                                        operation.start(), operation.end(), history.aftermath(fault))));
    }
}
