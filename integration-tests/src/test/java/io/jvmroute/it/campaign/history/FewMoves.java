package io.jvmroute.it.campaign.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A session changes its node at most once for each fault that touched its owner; while the network is split, as often as its user changes sides. */
public final class FewMoves implements Rule {
    @Override
    public String name() {
        return "moves";
    }

    @Override
    public List<Finding> check(History history) {
        List<Finding> findings = new ArrayList<>();
        for (List<Operation> session : history.served().values()) {
            List<Fault> unused = new ArrayList<>(history.faults());
            for (Operation[] move : moves(session)) {
                if (!use(unused, move, history)) {
                    findings.add(new Finding(
                            name(), move[1].end(), "moved without a cause: " + move[0] + " then " + move[1]));
                }
            }
        }
        return findings;
    }

    /** When sessions were first answered by another node, in ms. */
    public static List<Long> moments(History history) {
        return history.served().values().stream()
                .flatMap(session -> moves(session).stream())
                .map(move -> move[1].end())
                .sorted()
                .toList();
    }

    /** Each pair of successive answers that came from different nodes; of answers at the same moment, one from each, none came first. */
    private static List<Operation[]> moves(List<Operation> served) {
        List<Operation> ended =
                served.stream().sorted(Comparator.comparingLong(Operation::end)).toList();
        List<Operation[]> moves = new ArrayList<>();
        for (int i = 1; i < ended.size(); i++) {
            Operation before = ended.get(i - 1);
            Operation after = ended.get(i);
            String node = OneOwner.node(after);
            boolean thereBefore = ended.subList(0, i).stream()
                    .anyMatch(earlier -> OneOwner.node(earlier).equals(node) && earlier.overlaps(before));
            if (!OneOwner.node(before).equals(node) && !before.overlaps(after) && !thereBefore) {
                moves.add(new Operation[] {before, after});
            }
        }
        return moves;
    }

    private static boolean use(List<Fault> unused, Operation[] move, History history) {
        Optional<Fault> cause = unused.stream()
                .filter(fault -> fault.kind().movesSessions()
                        && fault.touches(OneOwner.node(move[0]))
                        && fault.reaches(move[0].start(), move[1].end(), history.aftermath(fault)))
                .findFirst();
        cause.filter(fault -> !fault.kind().splits()).ifPresent(unused::remove);
        return cause.isPresent();
    }
}
