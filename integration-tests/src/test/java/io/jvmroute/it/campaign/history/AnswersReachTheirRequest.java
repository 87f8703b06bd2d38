package io.jvmroute.it.campaign.history;

import java.util.List;

/** No answer goes to a request that did not cause it, nor to another user. */
final class AnswersReachTheirRequest implements Rule {
    @Override
    public String name() {
        return "crossed";
    }

    @Override
    public List<Finding> check(History history) {
        return history.operations().stream()
                .filter(AnswersReachTheirRequest::isCrossed)
                .map(operation -> new Finding(name(), operation.end(), "another's answer: " + operation))
                .toList();
    }

    private static boolean isCrossed(Operation operation) {
        Served served = operation.answer().served();
        return served != null && (!served.nonce().equals(operation.nonce()) || isForAnother(operation, served));
    }

    private static boolean isForAnother(Operation operation, Served served) {
        return served.user() != null && !served.user().equals(operation.sender().user());
    }
}
