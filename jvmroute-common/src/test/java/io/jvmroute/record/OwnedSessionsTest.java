package io.jvmroute.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.PinTable;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OwnedSessionsTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(28);
    private static final Duration HEARSAY = Duration.ofSeconds(2);
    private static final Duration TTL = TIMEOUT.multipliedBy(3).dividedBy(2).plusMinutes(2);

    private final AffinityKey a = AffinityKey.ofSession("A1");
    private final AffinityKey b = AffinityKey.ofSession("B2");
    private final PinTable moved = new PinTable(100);
    private final RecordingGrid grid = new RecordingGrid();
    private long now = Long.MAX_VALUE - 1; // the clock overflows during the test, as nanoTime may
    private Runnable whenAskedForTheTime = () -> {};
    private final OwnedSessions owned = new OwnedSessions("n1", moved, this::nanoTime, Runnable::run);

    private long nanoTime() {
        Runnable meanwhile = whenAskedForTheTime;
        whenAskedForTheTime = () -> {};
        meanwhile.run();
        return now;
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @AfterEach
    void nothingElseWasSent() {
        assertThat(grid.sent()).isEmpty();
    }

    // ---- first serve ----

    @Test
    void served_first_statesThePinOnce() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, /* movedHere= */ false, TIMEOUT);
        assertThat(grid.sent()).containsExactly("own " + a + " n1/1 " + TTL);
        grid.answer(new Pin("n1", 1));
        assertThat(owned.served(a, false, TIMEOUT)).isSameAs(pin);
        owned.flush();
        assertThat(pin.key()).isEqualTo(a);
        assertThat(pin.epoch()).isEqualTo(1);
        assertThat(owned.size()).isEqualTo(1);
        assertThat(owned.backlog()).isZero();
        assertThat(moved.isEmpty()).isTrue();
    }

    @Test
    void served_againWhileTheStatementIsUnderWay_statesNothingMore() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        owned.servedAgain(pin);
        owned.served(a, false, TIMEOUT);
        owned.flush();
        assertThat(grid.sent()).hasSize(1);
    }

    @Test
    void served_withTheRouteOfAnotherNode_isALaterTenure() {
        OwnedPin pin = servedUnheardOf();
        assertThat(grid.sent()).containsExactly("own " + a + " n1/2 " + TTL);
        grid.answer(new Pin("n1", 2));
        assertThat(moved.find(a)).isEqualTo(new Pin("n1", 2));
        assertThat(pin.isLost()).isFalse();
    }

    @Test
    void served_movedHereBefore_takesTheKnownEpoch() {
        moved.adopt(a, new Pin("n1", 7));
        servedUnheardOf();
        assertThat(grid.sent()).containsExactly("own " + a + " n1/7 " + TTL);
    }

    /** The session came with the id of another node, and no word of it from the grid in time. */
    private OwnedPin servedUnheardOf() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, /* movedHere= */ true, TIMEOUT);
        pass(HEARSAY);
        owned.flush();
        return pin;
    }

    // ---- moved here by another's word ----

    @Test
    void served_movedHereJustBefore_isStatedAlready() {
        owned.use(grid);
        owned.movedHere(a, new Pin("n1", 4, "n3", TTL.toMillis()));
        moved.adopt(a, new Pin("n1", 4, "n3", TTL.toMillis()));
        OwnedPin pin = owned.served(a, /* movedHere= */ true, TIMEOUT);
        isStatedByOther(pin, 4);
        assertThat(pin.home()).isEqualTo("n3");
    }

    @Test
    void movedHere_afterTheRequest_isStatedAlready() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, /* movedHere= */ true, TIMEOUT);
        assertThat(pin.tryRelease()).isFalse();
        owned.movedHere(a, movedTo(4));
        isStatedByOther(pin, 4);
    }

    private static Pin movedTo(long epoch) {
        return new Pin("n1", epoch, null, TTL.toMillis());
    }

    private void isStatedByOther(OwnedPin pin, long epoch) {
        pass(HEARSAY);
        owned.flush();
        assertThat(grid.sent()).isEmpty();
        assertThat(pin.epoch()).isEqualTo(epoch);
        assertThat(pin.tryRelease()).isTrue();
        pin.stay();
        pass(TTL.dividedBy(3).minus(HEARSAY));
        owned.servedAgain(pin);
        assertThat(grid.sent()).containsExactly("own " + a + " n1/" + epoch + " " + TTL);
    }

    @Test
    void movedHere_longBefore_isStated() {
        owned.use(grid);
        owned.movedHere(a, movedTo(4));
        moved.adopt(a, new Pin("n1", 4));
        owned.forgetExpired();
        pass(Duration.ofSeconds(30));
        owned.forgetExpired();
        pass(Duration.ofSeconds(30));
        owned.forgetExpired();
        servedUnheardOf();
        assertThat(grid.sent()).containsExactly("own " + a + " n1/4 " + TTL);
    }

    @Test
    void movedHere_andAwayOrEndedSince_isStated() {
        owned.use(grid);
        owned.movedHere(a, movedTo(4));
        owned.pinEnded(a);
        servedUnheardOf();
        assertThat(grid.sent()).containsExactly("own " + a + " n1/2 " + TTL);
        owned.movedHere(b, movedTo(4));
        owned.movedAway(b, new Pin("n3", 5));
        moved.adopt(b, new Pin("n3", 5));
        owned.served(b, /* movedHere= */ true, TIMEOUT);
        assertThat(grid.sent()).containsExactly("own " + b + " n1/5 " + TTL);
    }

    @Test
    void movedHere_anEarlierTenure_saysNothing() {
        owned.use(grid);
        moved.adopt(a, new Pin("n1", 7));
        OwnedPin pin = owned.served(a, /* movedHere= */ true, TIMEOUT);
        owned.movedHere(a, movedTo(4));
        pass(HEARSAY);
        owned.flush();
        assertThat(grid.sent()).containsExactly("own " + a + " n1/7 " + TTL);
        assertThat(pin.epoch()).isEqualTo(7);
    }

    @Test
    void movedHere_itsPinEndsTooSoon_isStatedAtOnce() {
        owned.use(grid);
        owned.movedHere(a, movedTo(4));
        owned.served(a, /* movedHere= */ true, TIMEOUT.plusSeconds(1));
        assertThat(grid.sent()).hasSize(1);
        owned.movedHere(b, movedTo(4));
        owned.served(b, /* movedHere= */ true, Duration.ZERO);
        assertThat(grid.sent()).hasSize(1);
        AffinityKey c = AffinityKey.ofSession("C3");
        owned.served(c, /* movedHere= */ true, TIMEOUT);
        owned.movedHere(c, new Pin("n1", 2));
        assertThat(grid.sent()).containsExactly("own " + c + " n1/2 " + TTL);
    }

    @Test
    void movedHere_itsPinLivesForEver_isStatedAlready() {
        owned.use(grid);
        owned.movedHere(a, new Pin("n1", 4, null, 0));
        owned.served(a, /* movedHere= */ true, Duration.ZERO);
        owned.movedHere(b, new Pin("n1", 4, null, 0));
        owned.served(b, /* movedHere= */ true, TIMEOUT);
        pass(HEARSAY);
        owned.flush();
        assertThat(grid.sent()).isEmpty();
    }

    @Test
    void movedHere_ofASessionThatEnds_isEnded() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, /* movedHere= */ true, TIMEOUT);
        owned.ended(pin);
        owned.movedHere(a, movedTo(2));
        pass(HEARSAY);
        owned.flush();
        assertThat(grid.sent()).containsExactly("end " + a + " n1");
    }

    @Test
    void movedHere_afterAMerge_isStatedAllTheSame() {
        owned.use(grid);
        owned.movedHere(a, movedTo(4));
        owned.served(a, /* movedHere= */ true, TIMEOUT);
        owned.served(b, /* movedHere= */ true, TIMEOUT);
        owned.restateAll();
        owned.movedHere(b, movedTo(2));
        pass(HEARSAY);
        owned.flush();
        assertThat(grid.sent()).containsExactlyInAnyOrder("own " + a + " n1/4 " + TTL, "own " + b + " n1/2 " + TTL);
    }

    @Test
    void begun_withoutTheRoute_isStatedAtOnce() {
        owned.use(grid);
        owned.begun(a, TIMEOUT);
        assertThat(grid.sent()).containsExactly("own " + a + " n1/2 " + TTL);
    }

    @Test
    void served_storedEpochIsHigher_isAdopted() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        grid.sent();
        grid.answer(new Pin("n1", 5));
        assertThat(pin.epoch()).isEqualTo(5);
        assertThat(moved.find(a)).isEqualTo(new Pin("n1", 5));
        assertThat(owned.size()).isEqualTo(1);
    }

    // ---- renewal ----

    @Test
    void servedAgain_renewsOnlyWhenAThirdOfTheTimeHasGone() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        grid.sent();
        grid.answer(new Pin("n1", 1));
        owned.servedAgain(pin);
        assertThat(grid.sent()).isEmpty();
        pass(TTL.dividedBy(3).minusNanos(1));
        owned.servedAgain(pin);
        assertThat(grid.sent()).isEmpty();
        pass(Duration.ofNanos(1));
        owned.servedAgain(pin);
        owned.servedAgain(pin);
        assertThat(grid.sent()).containsExactly("own " + a + " n1/1 " + TTL);
        grid.answer(new Pin("n1", 1));
        owned.servedAgain(pin);
        assertThat(grid.sent()).isEmpty();
        pass(TTL.dividedBy(3));
        owned.servedAgain(pin);
        assertThat(grid.sent()).hasSize(1);
    }

    @Test
    void servedAgain_sessionThatNeverTimesOut_isNeverRenewed() {
        owned.use(grid);
        OwnedPin zero = owned.served(a, false, Duration.ZERO);
        OwnedPin negative = owned.served(b, false, Duration.ofSeconds(-1));
        assertThat(grid.sent()).containsExactly("own " + a + " n1/1 PT0S", "own " + b + " n1/1 PT0S");
        grid.answer(new Pin("n1", 1));
        grid.answer(new Pin("n1", 1));
        now += TimeUnit.DAYS.toNanos(10_000);
        owned.servedAgain(zero);
        owned.servedAgain(negative);
    }

    @Test
    void served_timeoutChanged_isStatedAnew() {
        owned.use(grid);
        OwnedPin before = owned.served(a, false, TIMEOUT);
        grid.sent();
        grid.answer(new Pin("n1", 1));
        OwnedPin after = owned.served(a, false, Duration.ZERO);
        assertThat(grid.sent()).containsExactly("own " + a + " n1/1 PT0S");
        grid.answer(new Pin("n1", 1));
        assertThat(after).isSameAs(before);
        assertThat(after.timeToLive()).isZero();
        assertThat(owned.size()).isEqualTo(1);
    }

    @Test
    void served_timeoutChangedUnderARequest_staysTheSessionThatTheRequestIsIn() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        grid.answer(new Pin("n1", 1));
        assertThat(pin.tryEnter()).isTrue();
        OwnedPin changed = owned.served(a, false, Duration.ofMinutes(1));
        grid.answer(new Pin("n1", 1));
        grid.sent();
        assertThat(changed.isLost()).isFalse();
        assertThat(changed.tryRelease()).as("while a request is in it").isFalse();
        pin.leave();
        assertThat(changed.tryRelease()).isTrue();
    }

    @Test
    void session_renamedTwiceUnderARequest_staysUntilThatIsOver() {
        owned.use(grid);
        OwnedPin first = owned.served(a, false, TIMEOUT);
        assertThat(first.tryEnter()).isTrue();
        OwnedPin second = owned.served(b, false, TIMEOUT);
        second.follows(first);
        OwnedPin third = owned.served(AffinityKey.ofSession("C3"), false, TIMEOUT);
        third.follows(second);
        third.follows(third); // and says nothing of itself
        for (int i = 1; i <= 3; i++) {
            grid.answer(new Pin("n1", 1));
        }
        grid.sent();
        assertThat(third.tryRelease()).as("while a request is in it").isFalse();
        first.leave();
        assertThat(third.tryRelease()).isTrue();
    }

    /** As some do with each request; the next one begins before this one is over. */
    @Test
    void session_renamedOverAndOver_keepsWhatRequestsAreInAlone() {
        OwnedPin first = renamed(null);
        assertThat(first.tryEnter()).isTrue();
        OwnedPin before = renamed(first);
        OwnedPin last = renamed(before);
        assertThat(before.tryEnter()).isTrue();
        assertThat(last.tryEnter()).isTrue();
        WeakReference<OwnedPin> early = new WeakReference<>(last);
        for (int i = 0; i < 100_000; i++) {
            OwnedPin next = renamed(last);
            assertThat(next.tryEnter()).isTrue();
            before.leave();
            before = last;
            last = next;
        }
        before.leave();
        last.leave();

        assertThat(last.tryRelease()).as("while a request is in it").isFalse();
        await().until(() -> {
            System.gc();
            return early.get() == null;
        });
        first.leave();
        assertThat(last.tryRelease()).isTrue();
    }

    private OwnedPin renamed(@Nullable OwnedPin former) {
        OwnedPin pin = new OwnedPin(a, 1, TTL, OwnedPin.Phase.STATED);
        if (former != null) {
            pin.follows(former);
        }
        return pin;
    }

    @Test
    void served_timeoutChangedWhileAStatementIsUnderWay_isStatedAgain() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        grid.sent();
        owned.served(a, false, Duration.ZERO);
        assertThat(grid.sent()).containsExactly("own " + a + " n1/1 PT0S");
        grid.answer(new Pin("n1", 1));
        grid.answer(new Pin("n1", 1));
        assertThat(pin.phase()).isEqualTo(OwnedPin.Phase.STATED);
    }

    @Test
    void forgetExpired_notServedForTheWholeTime_isDropped() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        grid.sent();
        grid.answer(new Pin("n1", 1));
        pass(TTL.minusNanos(1));
        owned.forgetExpired();
        assertThat(owned.size()).isEqualTo(1);
        pass(Duration.ofNanos(2));
        owned.forgetExpired();
        assertThat(owned.size()).isZero();
        assertThat(pin.isLost()).isTrue();
        assertThat(grid.sent()).isEmpty();
    }

    // ---- end ----

    @Test
    void ended_endsThePin() {
        owned.use(grid);
        OwnedPin pin = servedUnheardOf();
        grid.answer(new Pin("n1", 2));
        grid.sent();
        owned.ended(pin);
        assertThat(grid.sent()).containsExactly("end " + a + " n1");
        assertThat(owned.size()).isZero();
        assertThat(moved.isEmpty()).isTrue();
        owned.servedAgain(pin);
        owned.flush();
    }

    @Test
    void endedUnstated_movedHere_endsThePin() {
        moved.adopt(a, new Pin("n1", 2));
        owned.use(grid);
        owned.endedUnstated(a);
        assertThat(grid.sent()).containsExactly("own " + a + " n1/2 PT2M");
        grid.answer(new Pin("n1", 2));
        assertThat(grid.sent()).containsExactly("end " + a + " n1");
        assertThat(moved.isEmpty()).isTrue();
        assertThat(owned.size()).isZero();
    }

    @Test
    void endedUnstated_pinOfTheLastOwner_isTakenOverAndEnds() {
        moved.adopt(a, new Pin("n3", 4));
        owned.use(grid);
        owned.endedUnstated(a);
        assertThat(grid.sent()).containsExactly("own " + a + " n1/5 PT2M");
        grid.answer(new Pin("n1", 5));
        assertThat(grid.sent()).containsExactly("end " + a + " n1");
    }

    @Test
    void ended_whileAStatementIsUnderWay_endsThePinAfterIt() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        owned.ended(pin);
        grid.sent();
        grid.answer(new Pin("n1", 1));
        assertThat(grid.sent()).containsExactly("end " + a + " n1");
        assertThat(owned.size()).isZero();
        assertThat(owned.backlog()).isZero();
    }

    @Test
    void ended_whileTheAnswerIsTakenIn_endsThePinAfterIt() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        grid.sent();
        grid.holdEnds(); // the writer comes to it when the answer is taken in
        whenAskedForTheTime = () -> owned.ended(pin);
        grid.answer(new Pin("n1", 1));
        assertThat(grid.sent()).contains("end " + a + " n1");
        assertThat(pin.phase()).isEqualTo(OwnedPin.Phase.ENDED);
    }

    @Test
    void ended_beforeItCouldBeStated_sendsNothingButTheEnd() {
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        owned.ended(pin);
        assertThat(owned.backlog()).isZero();
        owned.use(grid);
    }

    @Test
    void ended_thenServedAgain_isANewPin() {
        owned.use(grid);
        OwnedPin first = owned.served(a, false, TIMEOUT);
        grid.answer(new Pin("n1", 1));
        owned.ended(first);
        grid.sent();
        assertThat(owned.served(a, false, TIMEOUT)).isNotSameAs(first);
        assertThat(grid.sent()).containsExactly("own " + a + " n1/1 " + TTL);
    }

    // ---- lost ----

    @Test
    void stored_namesAnotherNode_isLost() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        grid.sent();
        grid.answer(new Pin("n2", 2));
        assertThat(pin.isLost()).isTrue();
        assertThat(owned.lost()).isEqualTo(1);
        assertThat(owned.size()).isZero();
        assertThat(moved.find(a)).isEqualTo(new Pin("n2", 2));
        owned.servedAgain(pin);
        owned.ended(pin);
        assertThat(moved.find(a)).isEqualTo(new Pin("n2", 2));
        owned.restateAll();
    }

    @Test
    void movedAway_isLostOnce() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        grid.answer(new Pin("n1", 1));
        grid.sent();
        owned.movedAway(a, new Pin("n2", 2));
        owned.movedAway(a, new Pin("n2", 2));
        owned.movedAway(b, new Pin("n2", 2));
        assertThat(pin.isLost()).isTrue();
        assertThat(owned.lost()).isEqualTo(1);
        assertThat(owned.size()).isZero();
        pass(TTL);
        owned.servedAgain(pin);
        owned.ended(pin);
    }

    @Test
    void movedAway_byTheGridThatHadItHere_isTaken() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        grid.answer(new Pin("n1", 1));
        grid.sent();
        owned.movedAway(a, new Pin("n2", 2));
        assertThat(pin.isTaken()).isTrue();
    }

    @Test
    void movedAway_toAnEarlierOwner_cameLate() {
        moved.adopt(a, new Pin("n1", 3));
        owned.use(grid);
        OwnedPin pin = servedUnheardOf();
        grid.answer(new Pin("n1", 3));
        grid.sent();
        owned.movedAway(a, new Pin("n3", 2));
        assertThat(pin.isLost()).isFalse();
        assertThat(owned.lost()).isZero();
    }

    @Test
    void served_whileTheGridNamesTheLastOwner_isLostButNotTaken() {
        moved.adopt(a, new Pin("n3", 2));
        owned.use(grid);
        OwnedPin pin = owned.served(a, true, TIMEOUT);
        grid.answer(new Pin("n3", 2));
        grid.sent();
        assertThat(pin.isLost()).isTrue();
        assertThat(pin.isTaken()).isFalse();
    }

    @Test
    void movedAway_whileAStatementIsUnderWay_staysLost() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        grid.sent();
        owned.movedAway(a, new Pin("n2", 2));
        grid.answer(new Pin("n2", 2));
        assertThat(pin.isLost()).isTrue();
        assertThat(owned.lost()).isEqualTo(1);
    }

    @Test
    void movedAway_whileAStatementIsUnderWay_aLateYesDoesNotBringItBack() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        grid.sent();
        owned.movedAway(a, new Pin("n2", 2));
        grid.answer(new Pin("n1", 1));
        assertThat(pin.isLost()).isTrue();
        assertThat(pin.isTaken()).isFalse();
        assertThat(owned.size()).isZero();
    }

    @Test
    void movedAway_whileAStatementIsUnderWay_aFailureDoesNotBringItBack() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        grid.sent();
        owned.movedAway(a, new Pin("n2", 2));
        grid.fail();
        owned.flush();
        assertThat(pin.isLost()).isTrue();
    }

    @Test
    void served_afterItWasLost_isANewClaim() {
        owned.use(grid);
        OwnedPin first = owned.served(a, false, TIMEOUT);
        grid.answer(new Pin("n2", 2));
        grid.sent();
        moved.adopt(a, new Pin("n1", 3));
        OwnedPin second = servedUnheardOf();
        assertThat(second).isNotSameAs(first);
        assertThat(grid.sent()).containsExactly("own " + a + " n1/3 " + TTL);
    }

    // ---- failures ----

    @Test
    void stated_failure_isRepeatedByTheNextFlush() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        grid.sent();
        grid.fail();
        assertThat(grid.sent()).isEmpty();
        assertThat(owned.backlog()).isEqualTo(1);
        owned.flush();
        assertThat(grid.sent()).containsExactly("own " + a + " n1/1 " + TTL);
        grid.answer(new Pin("n1", 1));
        assertThat(owned.backlog()).isZero();
        owned.flush();
        assertThat(pin.isLost()).isFalse();
    }

    @Test
    void stated_failureAfterTheEnd_endsThePinAfterAll() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        owned.ended(pin);
        grid.sent();
        grid.fail();
        assertThat(grid.sent()).containsExactly("end " + a + " n1");
    }

    @Test
    void ended_failure_isRepeatedByTheNextFlush() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        grid.answer(new Pin("n1", 1));
        grid.holdEnds();
        owned.ended(pin);
        grid.sent();
        grid.fail();
        assertThat(grid.sent()).isEmpty();
        owned.flush();
        assertThat(grid.sent()).containsExactly("end " + a + " n1");
    }

    // ---- joining ----

    @Test
    void use_joinedLater_statesAllOnce() {
        owned.served(a, false, TIMEOUT);
        owned.served(b, true, TIMEOUT);
        owned.flush();
        assertThat(owned.backlog()).isEqualTo(2);
        owned.use(grid);
        assertThat(grid.sent()).containsExactlyInAnyOrder("own " + a + " n1/1 " + TTL, "own " + b + " n1/2 " + TTL);
        assertThat(owned.backlog()).isZero();
    }

    @Test
    void use_gridThatHasNotJoined_waits() {
        grid.joined(false);
        owned.use(grid);
        owned.served(a, false, TIMEOUT);
        assertThat(grid.sent()).isEmpty();
        grid.joined(true);
        owned.flush();
        assertThat(grid.sent()).hasSize(1);
    }

    @Test
    void use_null_keepsSessionsAndStatesThemInTheNextGrid() {
        owned.use(grid);
        OwnedPin pin = owned.served(a, false, TIMEOUT);
        grid.answer(new Pin("n1", 1));
        grid.sent();
        owned.use(null);
        owned.use(null);
        pass(TTL);
        owned.servedAgain(pin);
        assertThat(owned.size()).isEqualTo(1);
        owned.use(grid);
        assertThat(grid.sent()).containsExactly("own " + a + " n1/1 " + TTL);
    }

    @Test
    void backlog_repeatedLossOfTheGrid_countsEachSessionOnce() {
        owned.served(a, false, TIMEOUT);
        for (int i = 0; i < 10; i++) {
            owned.use(null);
        }
        assertThat(owned.backlog()).isEqualTo(1);
    }

    @Test
    void restateAll_afterAMerge() {
        owned.use(grid);
        owned.served(a, false, TIMEOUT);
        owned.served(b, false, TIMEOUT);
        grid.answer(new Pin("n1", 1));
        grid.answer(new Pin("n1", 3));
        grid.sent();
        owned.restateAll();
        assertThat(grid.sent()).containsExactlyInAnyOrder("own " + a + " n1/1 " + TTL, "own " + b + " n1/3 " + TTL);
    }

    @Test
    void restateAll_whileAStatementIsUnderWay_statesItOnceMore() {
        owned.use(grid);
        owned.served(a, false, TIMEOUT);
        grid.sent();
        owned.restateAll();
        grid.answer(new Pin("n1", 1));
        owned.flush();
        assertThat(grid.sent()).containsExactly("own " + a + " n1/1 " + TTL);
    }
}
