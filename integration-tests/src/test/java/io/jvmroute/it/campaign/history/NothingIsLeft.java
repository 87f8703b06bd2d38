package io.jvmroute.it.campaign.history;

import java.util.List;
import java.util.function.Predicate;

/** When all users have left, nothing of theirs is left in the product. */
final class NothingIsLeft implements Rule {
    @Override
    public String name() {
        return "left";
    }

    @Override
    public List<Finding> check(History history) {
        long copies = livingSessions(history, FaultKind::leavesCopies);
        long pins = livingSessions(history, FaultKind::partsGrid);
        return history.measures().stream()
                .filter(measure -> measure.value()
                        > switch (measure.counts()) {
                            case FORWARDS -> 0;
                            case SESSIONS -> copies;
                            case PINS -> pins;
                        })
                .map(measure -> new Finding(
                        name(), Long.MAX_VALUE, measure + " (sessions: " + copies + ", pins: " + pins + ")"))
                .toList();
    }

    /** Those that were begun, or may have been, and not ended, as far as all have heard. */
    private static long livingSessions(History history, Predicate<FaultKind> hides) {
        long begun = history.operations().stream()
                .filter(operation -> operation.kind() == Operation.Kind.BEGIN)
                .count();
        long ended = history.operations().stream()
                .filter(operation -> operation.kind() == Operation.Kind.LOGOUT && operation.isSuccess())
                .filter(operation -> !isUnheard(operation, history, hides))
                .count();
        return begun - ended;
    }

    private static boolean isUnheard(Operation operation, History history, Predicate<FaultKind> hides) {
        return history.faults().stream()
                .anyMatch(fault -> hides.test(fault.kind())
                        && fault.reaches(operation.start(), operation.end(), history.aftermath(fault)));
    }
}
