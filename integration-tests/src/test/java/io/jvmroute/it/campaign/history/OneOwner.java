package io.jvmroute.it.campaign.history;

import java.util.ArrayList;
import java.util.List;

/** No two nodes serve a session at one time, unless it moved from one to the other, or the network was split. */
final class OneOwner implements Rule {
    @Override
    public String name() {
        return "owner";
    }

    @Override
    public List<Finding> check(History history) {
        List<Finding> findings = new ArrayList<>();
        for (List<Operation> session : history.served().values()) {
            for (int i = 0; i < session.size(); i++) {
                Operation first = session.get(i);
                for (int j = i + 1; j < session.size() && session.get(j).start() < first.end(); j++) {
                    Operation second = session.get(j);
                    if (!node(first).equals(node(second)) && !isMove(first, second, history)) {
                        findings.add(new Finding(name(), second.end(), "two at a time: " + first + " " + second));
                    }
                }
            }
        }
        return findings;
    }

    private static boolean isMove(Operation first, Operation second, History history) {
        long end = Math.max(first.end(), second.end());
        return history.faults().stream()
                .anyMatch(fault -> fault.kind().movesSessions()
                        && (fault.touches(node(first)) || fault.touches(node(second)))
                        && fault.reaches(first.start(), end, history.aftermath(fault)));
    }

    static String node(Operation served) {
        Served by = served.answer().served();
        return by == null ? "" : by.node();
    }
}
