package io.jvmroute.it.campaign.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a user has seen of a session stays true: its counter never goes back, unless the network was split in between. */
final class CountersHold implements Rule {
    @Override
    public String name() {
        return "counter";
    }

    @Override
    public List<Finding> check(History history) {
        List<Finding> findings = new ArrayList<>();
        for (List<Operation> session : history.sessions().values()) {
            findings.addAll(check(session, history));
        }
        return findings;
    }

    private List<Finding> check(List<Operation> session, History history) {
        List<Operation> ended = session.stream()
                .filter(Operation::isServed)
                .sorted(Comparator.comparingLong(Operation::end))
                .toList();
        List<Finding> findings = new ArrayList<>();
        Operation highest = null;
        int next = 0;
        for (Operation operation : session) {
            if (operation.kind() == Operation.Kind.LOGOUT) {
                break; // another rule's matter from here on
            }
            for (; next < ended.size() && ended.get(next).end() < operation.start(); next++) {
                if (highest == null || counter(ended.get(next)) > counter(highest)) {
                    highest = ended.get(next);
                }
            }
            if (highest != null && tells(operation) && counter(operation) < counter(highest)) {
                if (!isExcused(highest, operation, history)) {
                    findings.add(new Finding(name(), operation.end(), highest + " was followed by " + operation));
                }
                highest = operation;
            }
        }
        return findings;
    }

    /** Whether the application answered, be it without the session. */
    private static boolean tells(Operation operation) {
        return operation.isSuccess() && operation.answer().served() != null;
    }

    private static long counter(Operation operation) {
        @Nullable Served served = operation.answer().served();
        return served == null || served.user() == null ? -1 : served.after();
    }

    private static boolean isExcused(Operation before, Operation after, History history) {
        return history.faults().stream()
                .anyMatch(fault ->
                        fault.kind().splits() && fault.reaches(before.start(), after.end(), history.aftermath(fault)));
    }
}
