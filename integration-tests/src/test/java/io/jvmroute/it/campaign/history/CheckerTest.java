package io.jvmroute.it.campaign.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.jvmroute.it.campaign.history.Measure.Counts;
import io.jvmroute.it.campaign.history.Operation.Kind;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Histories that keep every promise, and others with one planted error each. */
final class CheckerTest {
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void check_nothingPlanted_findsNothing(String name, Story story) {
        assertThat(Checker.check(story.history())).isEmpty();
    }

    static Stream<Arguments> check_nothingPlanted_findsNothing() {
        return Stream.of(
                arguments("nothing happened", new Story()),
                arguments(
                        "a quiet session",
                        begun().served(100, Kind.ADD, "n1", 1)
                                .served(200, Kind.LOOK, "n1", 1)
                                .served(300, Kind.LOGOUT, "n1", 1)),
                arguments(
                        "two looks at once",
                        begun().served(100, 120, Kind.LOOK, "n1", 0).served(110, 130, Kind.LOOK, "n1", 0)),
                arguments(
                        "an addition seen late by a look that overlaps it",
                        begun().served(100, 120, Kind.ADD, "n1", 1).served(110, 130, Kind.LOOK, "n1", 0)),
                arguments(
                        "an addition and a look within a millisecond, in whichever order",
                        begun().served(100, 100, Kind.ADD, "n1", 1).served(100, 100, Kind.LOOK, "n1", 0)),
                arguments("a body that breaks off while its node dies", killed().download(1_000, false, false)),
                arguments(
                        "an abandoned POST that was carried out",
                        killed().failed(995, 1_005, Kind.ADD, 502).again("n1")),
                arguments(
                        "a look while a killed process takes its time to go",
                        begun().slowFault(FaultKind.KILL, 1_000, 1_400, 2_000, "n1")
                                .failed(1_300, 1_310, Kind.LOOK, 502)),
                arguments("a move", killed().served(1_100, Kind.LOOK, "n2", 0).served(1_200, Kind.LOOK, "n2", 0)),
                arguments(
                        "an old owner's last answer and the new owner's first",
                        killed().served(995, 1_020, Kind.LOOK, "n1", 0).served(1_010, 1_030, Kind.LOOK, "n2", 0)),
                arguments(
                        "two moves for two faults",
                        killed().served(1_100, Kind.LOOK, "n2", 0)
                                .fault(FaultKind.RESTART, 9_000, 9_500, "n2")
                                .served(9_100, Kind.LOOK, "n3", 0)),
                arguments(
                        "a look at its former owner at the same moment as one at its new one",
                        begun().fault(FaultKind.BLACK_HOLE, 1_000, 2_000, "n1")
                                .served(1_900, Kind.LOOK, "n2", 0)
                                .served(1_900, Kind.LOOK, "n1", 0)
                                .served(1_950, Kind.LOOK, "n2", 0)),
                arguments(
                        "two sides of a split",
                        begun().fault(FaultKind.PARTITION, 1_000, 20_000, "n1", "n2", "f1", "f2")
                                .served(5_000, Kind.ADD, "n1", 1)
                                .served(6_000, Kind.ADD, "n2", 1)
                                .served(7_000, Kind.ADD, "n1", 2)
                                .served(40_000, Kind.LOOK, "n2", 1)),
                arguments(
                        "an upload that comes as its session leaves",
                        begun().fault(FaultKind.RESTART, 1_000, 2_000, "n1")
                                .failed(1_100, 1_110, Kind.LONG_UPLOAD, 503)),
                arguments(
                        "a frontend that dies",
                        begun().fault(FaultKind.KILL_FRONTEND, 1_000, 9_000, "f1")
                                .failed(5_000, 5_001, Kind.LOOK, Answer.NONE)),
                arguments(
                        "a user who waits out a pause",
                        begun().fault(FaultKind.PAUSE, 1_000, 4_000, "n1").served(1_100, 4_010, Kind.ADD, "n1", 1)),
                arguments("a download that its user breaks off", begun().failed(100, 110, Kind.ABORT, Answer.NONE)),
                arguments("a forged hop, refused", begun().failed(100, 110, Kind.FORGED, 400)),
                arguments(
                        "a forged hop to a server that stands still",
                        begun().fault(FaultKind.FREEZE_FRONTEND, 1_000, 9_000, "f1")
                                .failed(5_000, 7_000, Kind.FORGED, Answer.NONE)),
                arguments(
                        "a POST that a frozen owner carried out after all, and nobody else had served the session since",
                        frozen().failed(1_100, 9_000, Kind.ADD, 504).carriedOut(15_010, "n1")),
                arguments(
                        "a POST that came late to a former owner, when the session had ended",
                        frozen().failed(1_100, 9_000, Kind.ADD, 504)
                                .served(9_100, Kind.LOGOUT, "n2", 0)
                                .carriedOut(15_010, "n1")),
                arguments(
                        "a failover that takes its time, where times are not judged",
                        killed().failed(1_100, 1_110, Kind.ADD, 502)
                                .served(1_200, 2_500, Kind.LOOK, "n2", 0)
                                .untimed()),
                arguments(
                        "sessions of a node that was added, and left when it was stopped",
                        sessionsBesideAnAddedNode("n4")
                                .fault(FaultKind.RESTART, 20_000, 21_000, "n4")
                                .served(20_100, Kind.LOOK, "n1", 0)),
                arguments(
                        "too few sessions for an added node to get one",
                        begun().fault(FaultKind.SCALE_OUT, 1_000, 20_000, "n4")),
                arguments(
                        "a slow look before the grid is lost",
                        begun().served(100, 1_200, Kind.LOOK, "n1", 0)
                                .fault(FaultKind.GRID_LOSS, 1_300, 20_000, "n1", "n2", "f1", "f2")),
                arguments(
                        "a WebSocket that ends with its node, and one after it",
                        killed().broken(500, 1_300, "n1").served(1_400, 5_000, Kind.WATCH, "n2", 0)),
                arguments(
                        "a stream that ends with its frontend",
                        begun().fault(FaultKind.KILL_FRONTEND, 1_000, 9_000, "f1")
                                .broken(500, 1_001, "n1")),
                arguments(
                        "an ended session that begins anew",
                        begun().served(100, Kind.LOGOUT, "n1", 0).servedFor(200, null)),
                arguments(
                        "pins of a session that goes on, and one that came back when the grid was whole again",
                        endedIn(FaultKind.GRID_LOSS).measured(Counts.PINS, 2)),
                arguments(
                        "copies of a session that ended elsewhere",
                        endedIn(FaultKind.FREEZE).measured(Counts.SESSIONS, 2)),
                arguments(
                        "figures at their limits",
                        new Story().measured(Counts.PINS, 0).measured(Counts.FORWARDS, 0)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void check_planted_findsItAndNothingElse(String rule, String name, Story story) {
        assertThat(story.broken()).containsExactly(rule);
    }

    static Stream<Arguments> check_planted_findsItAndNothingElse() {
        return Stream.of(
                arguments("crossed", "another user's session", begun().servedFor(100, "bob")),
                arguments("crossed", "another request's answer", begun().servedNonce(100, "x77")),
                arguments("truncated", "half a body, declared complete", begun().download(100, true, false)),
                arguments(
                        "executed",
                        "twice, answered",
                        begun().served(100, Kind.ADD, "n1", 1).again("n2")),
                arguments(
                        "executed",
                        "never, answered",
                        begun().served(100, Kind.ADD, "n1", 1).unnoted()),
                arguments(
                        "executed",
                        "twice, failed",
                        killed().failed(995, 1_005, Kind.ADD, 502).again("n1").again("n2")),
                arguments(
                        "executed",
                        "once, refused",
                        killed().failed(1_000, 1_005, Kind.ADD, 503).again("n1")),
                arguments(
                        "counter",
                        "a lost addition",
                        begun().served(100, Kind.ADD, "n1", 1).served(200, Kind.LOOK, "n1", 0)),
                arguments(
                        "counter",
                        "an addition lost by a kill",
                        killed().served(900, Kind.ADD, "n1", 1).served(1_100, Kind.LOOK, "n2", 0)),
                arguments("counter", "a lost session", begun().servedFor(100, null)),
                arguments(
                        "counter",
                        "an old value after the network was whole again",
                        begun().fault(FaultKind.PARTITION, 1_000, 2_000, "n1", "n2")
                                .served(40_000, Kind.ADD, "n1", 1)
                                .served(40_100, Kind.LOOK, "n1", 0)),
                arguments(
                        "owner",
                        "two nodes at once",
                        begun().served(100, 120, Kind.LOOK, "n1", 0).served(110, 130, Kind.LOOK, "n2", 0)),
                arguments(
                        "owner",
                        "two nodes take over",
                        killed().served(1_100, 1_120, Kind.LOOK, "n2", 0).served(1_110, 1_130, Kind.LOOK, "n3", 0)),
                arguments("moves", "without a fault", begun().served(100, Kind.LOOK, "n2", 0)),
                arguments(
                        "moves",
                        "for a fault of another node",
                        begun().fault(FaultKind.KILL, 1_000, 2_000, "n3").served(1_100, Kind.LOOK, "n2", 0)),
                arguments(
                        "moves",
                        "for a cut of the grid",
                        begun().fault(FaultKind.GRID_CUT, 1_000, 2_000, "n1").served(1_100, Kind.LOOK, "n2", 0)),
                arguments(
                        "moves",
                        "for a pause",
                        begun().fault(FaultKind.PAUSE, 1_000, 4_000, "n1").served(1_100, Kind.LOOK, "n2", 0)),
                arguments(
                        "moves",
                        "to a node that was added",
                        begun().fault(FaultKind.SCALE_OUT, 1_000, 20_000, "n4").served(1_100, Kind.LOOK, "n4", 0)),
                arguments(
                        "moves",
                        "back again",
                        killed().served(1_100, Kind.LOOK, "n2", 0).served(1_200, Kind.LOOK, "n1", 0)),
                arguments(
                        "moves",
                        "after the network was whole again",
                        begun().fault(FaultKind.PARTITION, 1_000, 2_000, "n1", "n2")
                                .served(40_000, Kind.LOOK, "n1", 0)
                                .served(40_100, Kind.LOOK, "n2", 0)),
                arguments(
                        "ended",
                        "a session outlives its end",
                        begun().served(100, Kind.LOGOUT, "n1", 0).served(200, Kind.HAUNT, "n1", 0)),
                arguments(
                        "stale",
                        "a POST that waited in a frozen node",
                        frozen().failed(1_100, 9_000, Kind.ADD, 504)
                                .served(9_100, Kind.LOOK, "n2", 0)
                                .carriedOut(15_010, "n1")),
                arguments("forged", "a forged hop, believed in part", begun().failed(100, 110, Kind.FORGED, 500)),
                arguments("forged", "a forged hop, not answered", begun().failed(100, 110, Kind.FORGED, Answer.NONE)),
                arguments(
                        "failed",
                        "when all is whole again, where times are not judged",
                        killed().failed(9_000, 9_010, Kind.LOOK, 502).untimed()),
                arguments("forged", "a forged hop, taken", begun().served(100, Kind.FORGED, "n1", 0)),
                arguments("failed", "on a quiet day", begun().failed(100, 110, Kind.LOOK, 500)),
                arguments("failed", "no answer on a quiet day", begun().failed(100, 110, Kind.LOOK, Answer.NONE)),
                arguments(
                        "failed",
                        "a look that could have gone elsewhere",
                        begun().slowFault(FaultKind.KILL, 1_000, 1_400, 2_000, "n1")
                                .failed(1_401, 1_410, Kind.LOOK, 502)),
                arguments("failed", "long after a kill", killed().failed(3_100, 3_110, Kind.LOOK, 502)),
                arguments(
                        "failed",
                        "while a node drains",
                        begun().fault(FaultKind.RESTART, 1_000, 2_000, "n1").failed(1_100, 1_110, Kind.LOOK, 503)),
                arguments(
                        "failed",
                        "through the other frontend",
                        begun().fault(FaultKind.KILL_FRONTEND, 1_000, 9_000, "f2")
                                .failed(5_000, 5_001, Kind.LOOK, 502)),
                arguments(
                        "failover",
                        "a long wait",
                        killed().failed(1_100, 1_110, Kind.ADD, 502).served(1_200, 2_500, Kind.LOOK, "n2", 0)),
                arguments(
                        "failed",
                        "an upload that could have gone elsewhere, while a node drains",
                        begun().fault(FaultKind.RESTART, 1_000, 2_000, "n1").failed(1_100, 1_110, Kind.UPLOAD, 503)),
                arguments("failed", "when a killed node comes back", killed().failed(2_010, 2_020, Kind.LOOK, 502)),
                arguments(
                        "failover",
                        "in vain until the user leaves",
                        killed().failed(1_010, 1_020, Kind.ADD, 502).failed(1_990, 2_050, Kind.ADD, 502)),
                arguments("left", "a pin too many", endedIn(FaultKind.GRID_LOSS).measured(Counts.PINS, 3)),
                arguments(
                        "left",
                        "a session that ended without the grid",
                        endedIn(FaultKind.GRID_LOSS).measured(Counts.SESSIONS, 2)),
                arguments(
                        "delay",
                        "a look that waits for the grid",
                        begun().fault(FaultKind.GRID_LOSS, 1_000, 20_000, "n1", "n2", "f1", "f2")
                                .served(2_000, 3_100, Kind.LOOK, "n1", 0)),
                arguments(
                        "stream",
                        "a WebSocket that outlives its node",
                        killed().broken(500, 2_500, "n1").served(1_050, Kind.LOOK, "n2", 0)),
                arguments(
                        "stream",
                        "a stream that its user closes long after its node has died",
                        killed().served(500, 3_000, Kind.EVENTS, "n1", 0)),
                arguments("stream", "a WebSocket that ends with another node", killed().broken(500, 1_300, "n2")),
                arguments(
                        "failed",
                        "a WebSocket in vain, when its node has died",
                        killed().failed(1_300, 1_310, Kind.WATCH, 502)),
                arguments("share", "none for a node that was added", sessionsBesideAnAddedNode("n1")),
                arguments("left", "a forward", begun().measured(Counts.FORWARDS, 1)));
    }

    @Test
    void slowest_severalFaults_theSlowestOfEachKind() {
        Story story = killed().served(1_050, 1_100, Kind.LOOK, "n2", 0)
                .fault(FaultKind.KILL, 11_000, 12_000, "n2")
                .served(10_990, 11_300, Kind.LOOK, "n3", 0);

        assertThat(FailoverInTime.slowest(story.history())).isEqualTo(Map.of(FaultKind.KILL, 300L));
    }

    @Test
    void rules_each_hasAPlantedError() {
        assertThat(check_planted_findsItAndNothingElse()
                        .map(planted -> planted.get()[0])
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(Checker.rules());
    }

    private static Story begun() {
        return new Story().served(0, Kind.BEGIN, "n1", 0);
    }

    /** One of two sessions ends while this fault goes on. */
    private static Story endedIn(FaultKind fault) {
        return begun().served(100, Kind.BEGIN, "n1", 0)
                .fault(fault, 1_000, 2_000, "n2")
                .served(1_500, Kind.LOGOUT, "n1", 0);
    }

    /** Forty sessions that this node gets while another one is there in addition. */
    private static Story sessionsBesideAnAddedNode(String owner) {
        Story story = new Story().fault(FaultKind.SCALE_OUT, 1_000, 20_000, "n4");
        for (int i = 0; i < 40; i++) {
            story.served(7_000 + i * 100, Kind.BEGIN, owner, 0);
        }
        return story;
    }

    /** Its owner stands still from the first second to the fifteenth. */
    private static Story frozen() {
        return begun().fault(FaultKind.FREEZE, 1_000, 15_000, "n1");
    }

    /** Its owner dies after a second. */
    private static Story killed() {
        return begun().fault(FaultKind.KILL, 1_000, 2_000, "n1");
    }
}
