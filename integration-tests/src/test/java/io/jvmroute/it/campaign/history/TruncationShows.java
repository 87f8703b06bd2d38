package io.jvmroute.it.campaign.history;

import java.util.List;

/** A body that was declared complete is complete. */
final class TruncationShows implements Rule {
    @Override
    public String name() {
        return "truncated";
    }

    @Override
    public List<Finding> check(History history) {
        return history.operations().stream()
                .filter(operation ->
                        operation.isSuccess() && !operation.answer().intact())
                .map(operation -> new Finding(name(), operation.end(), "whole, but not what was sent: " + operation))
                .toList();
    }
}
