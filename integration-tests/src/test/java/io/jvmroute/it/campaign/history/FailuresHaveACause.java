package io.jvmroute.it.campaign.history;

import java.util.List;

/** Nothing fails but for the time that a failover may take, after the beginning of a fault, and after its end where that is a change for its victims. */
final class FailuresHaveACause implements Rule {
    @Override
    public String name() {
        return "failed";
    }

    @Override
    public List<Finding> check(History history) {
        return history.operations().stream()
                .filter(operation -> operation.kind().isEarnest())
                .filter(operation -> !operation.isSuccess() && !hasCause(operation, history))
                .map(operation -> new Finding(name(), operation.end(), "failed without a cause: " + operation))
                .toList();
    }

    private static boolean hasCause(Operation operation, History history) {
        return history.faults().stream().anyMatch(fault -> isCause(fault, operation, history));
    }

    private static boolean isCause(Fault fault, Operation operation, History history) {
        if (fault.kind().mayFailAtFrontend()) {
            return fault.touches(operation.sender().entry())
                    && fault.reaches(operation.start(), operation.end(), history.aftermath(fault));
        }
        if (fault.kind().mayRefuseUploads() && operation.kind() == Operation.Kind.LONG_UPLOAD) {
            return operation.answer().status() == 503 && fault.reaches(operation.start(), operation.end(), 0);
        }
        if (fault.kind().refusesConnections() && goesElsewhere(operation, fault)) {
            return false;
        }
        if (!history.allowance().timed() && fault.kind().mayFail()) {
            return fault.reaches(operation.start(), operation.end(), history.aftermath(fault));
        }
        return fault.kind().mayFail()
                && (isDuring(fault.from(), fault, operation, history)
                        || (fault.kind().mayFailWhenUndone() && isDuring(fault.undone(), fault, operation, history)));
    }

    /** RFC 9110 §9.2.2: a GET may be sent again, and there is one to tell the frontend to, once the process is gone. */
    private static boolean goesElsewhere(Operation operation, Fault fault) {
        boolean repeatable = operation.kind() == Operation.Kind.LOOK
                || operation.kind() == Operation.Kind.HAUNT
                || operation.kind().isHeld();
        return repeatable && operation.start() > fault.struck();
    }

    private static boolean isDuring(long moment, Fault fault, Operation operation, History history) {
        return operation.end() >= moment && operation.start() <= moment + history.bound(fault.kind());
    }
}
