package io.jvmroute;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.TestNodes;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class SettlingTest {
    private long now = Long.MAX_VALUE - 1_000_000_000L; // it overflows soon
    private final NodeDirectory directory = new NodeDirectory(null);
    private final Settling settling = new Settling(2, () -> now);

    SettlingTest() {
        directory.onChange(settling::observe);
    }

    private Settling.Hold hold() {
        return Objects.requireNonNull(settling.tryHold());
    }

    @Test
    void start_nobodyYet_holdsUntilSomebodyComes() {
        Settling.Hold hold = hold();
        directory.update(List.of(TestNodes.node("n1", NodeState.MAINTENANCE)));
        assertThat(hold.over()).isNotDone();
        directory.update(List.of(TestNodes.node("n1")));
        assertThat(hold.over()).isDone();
        hold.end();
        hold.end();
        assertThat(settling.held()).isZero();
    }

    @Test
    void longOutage_holdsNobody_untilItIsOver() {
        now += Settling.WHILE.toNanos() - 1;
        hold().end();
        now += 1;
        assertThat(settling.tryHold()).isNull();
        directory.update(List.of(TestNodes.node("n1")));
        directory.update(List.of(TestNodes.node("n1"))); // and again much later
        now += 2 * Settling.WHILE.toNanos();
        directory.suspect(TestNodes.node("n1"));
        Settling.Hold hold = hold();
        assertThat(hold.over()).isNotDone();
        directory.recovered(TestNodes.node("n1"));
        assertThat(hold.over()).isDone();
    }

    @Test
    void somebodyThere_isNoWait() {
        directory.update(List.of(TestNodes.node("n1", NodeState.DRAINING))); // better than nobody
        now += 2 * Settling.WHILE.toNanos();
        assertThat(hold().over()).isDone();
    }

    @Test
    void tooMany_areAnsweredAtOnce() {
        hold();
        Settling.Hold second = hold();
        assertThat(settling.tryHold()).isNull();
        second.end();
        hold();
        assertThat(settling.held()).isEqualTo(2);
    }
}
