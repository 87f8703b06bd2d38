package io.jvmroute.it.campaign.history;

import java.util.List;

/** When all users have left, nothing of theirs is left in the product. */
final class NothingIsLeft implements Rule {
    @Override
    public String name() {
        return "left";
    }

    @Override
    public List<Finding> check(History history) {
        long sessions = livingSessions(history);
        return history.measures().stream()
                .filter(measure -> measure.value() > measure.most() + (measure.ofSessions() ? sessions : 0))
                .map(measure -> new Finding(name(), Long.MAX_VALUE, measure + " (sessions: " + sessions + ")"))
                .toList();
    }

    /** Those that were begun, or may have been, and not ended, as far as all of the grid has heard. */
    private static long livingSessions(History history) {
        long begun = history.operations().stream()
                .filter(operation -> operation.kind() == Operation.Kind.BEGIN)
                .count();
        long ended = history.operations().stream()
                .filter(operation -> operation.kind() == Operation.Kind.LOGOUT && operation.isSuccess())
                .filter(operation -> !isUnheard(operation, history))
                .count();
        return begun - ended;
    }

    private static boolean isUnheard(Operation operation, History history) {
        return history.faults().stream()
                .anyMatch(fault -> fault.kind().partsGrid()
                        && fault.reaches(operation.start(), operation.end(), history.aftermath(fault)));
    }
}
