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
        return history.measures().stream()
                .filter(measure -> measure.value() > measure.most())
                .map(measure -> new Finding(
                        name(),
                        Long.MAX_VALUE,
                        measure.node() + " " + measure.name() + ": " + measure.value() + " (expected: <= "
                                + measure.most() + ")"))
                .toList();
    }
}
