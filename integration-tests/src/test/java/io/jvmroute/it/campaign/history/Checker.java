package io.jvmroute.it.campaign.history;

import java.util.Comparator;
import java.util.List;

/** Decides from records alone which promises were not kept. */
public final class Checker {
    private static final List<Rule> RULES = List.of(
            new AnswersReachTheirRequest(),
            new TruncationShows(),
            new PostsRunOnce(),
            new CountersHold(),
            new OneOwner(),
            new FormerOwnersRefuse(),
            new FewMoves(),
            new AddedNodesShare(),
            new StreamsEnd(),
            new EndedStaysEnded(),
            new ForgedHopsFail(),
            new FailuresHaveACause(),
            new FailoverInTime(),
            new DelaysHaveACause(),
            new NothingIsLeft());

    private Checker() {}

    /** What was not kept, in the order of time; empty if all was. */
    public static List<Finding> check(History history) {
        return RULES.stream()
                .flatMap(rule -> rule.check(history).stream())
                .sorted(Comparator.comparingLong(Finding::at))
                .toList();
    }

    /** Whether the last rule is kept: what servers tell of themselves is as it should be when all users have left. */
    public static boolean isNothingLeft(History history) {
        return new NothingIsLeft().check(history).isEmpty();
    }

    /** The names of all rules. */
    public static List<String> rules() {
        return RULES.stream().map(Rule::name).toList();
    }
}
