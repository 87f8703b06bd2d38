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
                .filter(operation -> operation.kind() == Operation.Kind.FORGED && !isRefused(operation.answer()))
                .map(operation -> new Finding(name(), operation.end(), "a forged hop was taken: " + operation))
                .toList();
    }

    /** Or failed as any request may; whether it had to is not this rule's matter. */
    private static boolean isRefused(Answer answer) {
        return answer.status() == 400 || answer.status() == Answer.NONE || answer.status() >= 500;
    }
}
