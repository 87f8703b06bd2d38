package io.jvmroute.it.campaign.history;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is open lasts until its user closes it, or until the process behind it is gone; and then its user hears of that in time. */
final class StreamsEnd implements Rule {
    @Override
    public String name() {
        return "stream";
    }

    @Override
    public List<Finding> check(History history) {
        return history.operations().stream()
                .filter(operation ->
                        operation.kind().isHeld() && operation.answer().served() != null)
                .flatMap(operation -> Stream.of(brokeAlone(operation, history), outlived(operation, history))
                        .flatMap(Optional::stream))
                .toList();
    }

    private Optional<Finding> brokeAlone(Operation operation, History history) {
        boolean hasCause = operation.isSuccess()
                || history.faults().stream()
                        .anyMatch(fault -> isBehind(fault, operation)
                                && fault.reaches(operation.end(), operation.end(), history.aftermath(fault)));
        return hasCause
                ? Optional.empty()
                : Optional.of(new Finding(name(), operation.end(), "ended by itself: " + operation));
    }

    private Optional<Finding> outlived(Operation operation, History history) {
        return history.faults().stream()
                .filter(fault -> history.allowance().timed()
                        && fault.kind().kills()
                        && fault.touches(OneOwner.node(operation))
                        && operation.start() < fault.from()
                        && operation.end() > fault.from() + history.bound(fault.kind()))
                .findFirst()
                .map(fault -> new Finding(
                        name(),
                        operation.end(),
                        "open for " + (operation.end() - fault.from()) + " ms more: " + operation + " " + fault));
    }

    private static boolean isBehind(Fault fault, Operation operation) {
        return fault.touches(OneOwner.node(operation))
                || fault.touches(operation.sender().entry());
    }
}
