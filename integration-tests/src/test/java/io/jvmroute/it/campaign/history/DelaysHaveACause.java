package io.jvmroute.it.campaign.history;

import java.util.List;

/** A look is answered at once while a fault goes on that users must not notice, such as one of the grid: no request waits for that. */
final class DelaysHaveACause implements Rule {
    /** What a machine without a free core may take; whoever waits for the grid waits for seconds. */
    private static final long AT_ONCE_MILLIS = 1_000;

    @Override
    public String name() {
        return "delay";
    }

    @Override
    public List<Finding> check(History history) {
        if (!history.allowance().timed()) {
            return List.of();
        }
        long limit = Math.round(AT_ONCE_MILLIS * history.allowance().patience());
        return history.operations().stream()
                .filter(operation -> operation.kind() == Operation.Kind.LOOK
                        && operation.answer().headMillis() > limit
                        && history.faults().stream()
                                .anyMatch(fault -> fault.kind().isUnnoticed()
                                        && operation.start() >= fault.from()
                                        && operation.start() <= fault.undone()))
                .map(operation -> new Finding(
                        name(), operation.end(), "waited " + operation.answer().headMillis() + " ms: " + operation))
                .toList();
    }
}
