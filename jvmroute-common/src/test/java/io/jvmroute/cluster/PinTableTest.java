package io.jvmroute.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.Claim;
import io.jvmroute.affinity.KeyedHash;
import io.jvmroute.affinity.SourceSpec;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class PinTableTest {
    private final PinTable table = new PinTable(2);
    private final AffinityKey a = new AffinityKey(1, 1);
    private final AffinityKey b = new AffinityKey(2, 2);
    private final AffinityKey c = new AffinityKey(3, 3);

    @Test
    void find_unknown() {
        assertThat(table.isEmpty()).isTrue();
        assertThat(table.find(a)).isNull();
    }

    @Test
    void adopt_moved() {
        table.adopt(a, new Pin("n2", 2));
        assertThat(table.isEmpty()).isFalse();
        assertThat(table.find(a)).isEqualTo(new Pin("n2", 2));
        assertThat(table.find(b)).isNull();
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void find_byId_whateverItsRoute() {
        table.adopt(AffinityKey.ofSession("A1"), new Pin("n2", 2));
        assertThat(table.find("A1.n1")).isEqualTo(new Pin("n2", 2));
        assertThat(table.find("A1.n2")).isEqualTo(new Pin("n2", 2));
        assertThat(table.find("A1")).isEqualTo(new Pin("n2", 2));
        assertThat(table.find("A2.n1")).isNull();
    }

    /** Keys that share a bucket hang in a tree, which looks them up by other means. */
    @Test
    void find_byId_amongCollidingKeys() {
        PinTable large = new PinTable(1_000);
        AffinityKey key = AffinityKey.ofSession("A1");
        for (int i = 0; i < 100; i++) {
            large.adopt(new AffinityKey(key.high(), i), new Pin("n" + i, 2));
        }
        assertThat(large.find("A1.n1")).isNull();
        large.adopt(key, new Pin("n2", 2));
        assertThat(large.find("A1.n1")).isEqualTo(new Pin("n2", 2));
    }

    @Test
    void adopt_neverMoved_isNotKept() {
        table.adopt(a, new Pin("n1", Pin.FIRST_EPOCH));
        assertThat(table.isEmpty()).isTrue();
    }

    @Test
    void adopt_anyOrder_keepsTheHigherEpoch() {
        table.adopt(a, new Pin("n2", 2));
        table.adopt(a, new Pin("n3", 3));
        assertThat(table.find(a)).isEqualTo(new Pin("n3", 3));
        table.adopt(a, new Pin("n2", 2));
        assertThat(table.find(a)).isEqualTo(new Pin("n3", 3));
    }

    /** A merge may replace a pin by one of the same epoch: the grid has ranked them, its last word counts. */
    @Test
    void adopt_sameEpoch_takesTheLastWord() {
        table.adopt(a, new Pin("n2", 2));
        table.adopt(a, new Pin("n3", 2));
        assertThat(table.find(a)).isEqualTo(new Pin("n3", 2));
    }

    @Test
    void adopt_full_countsAndStillUpdates() {
        table.adopt(a, new Pin("n2", 2));
        table.adopt(b, new Pin("n2", 2));
        table.adopt(c, new Pin("n2", 2));
        assertThat(table.find(c)).isNull();
        assertThat(table.overflow()).isEqualTo(1);
        table.adopt(a, new Pin("n3", 3));
        assertThat(table.find(a)).isEqualTo(new Pin("n3", 3));
        assertThat(table.overflow()).isEqualTo(1);
        table.forget(b);
        table.adopt(c, new Pin("n2", 2));
        assertThat(table.find(c)).isEqualTo(new Pin("n2", 2));
        assertThat(table.size()).isEqualTo(2);
    }

    @Test
    void isFullForRouteless_fromHalfOfTheCapacityOn_movedOnesAreStillTaken() {
        PinTable table = new PinTable(4);
        table.adopt(AffinityKey.ofSession("a"), new Pin("n1", 2));
        assertThat(table.isFullForRouteless()).isFalse();

        table.adopt(AffinityKey.ofSession("b"), new Pin("n1", 2));
        table.adopt(AffinityKey.ofSession("c"), new Pin("n1", 2));

        assertThat(table.isFullForRouteless()).isTrue();
        assertThat(table.find(AffinityKey.ofSession("c"))).isNotNull();
        assertThat(table.overflow()).isZero();
    }

    @Test
    void forget_ended() {
        table.adopt(a, new Pin("n2", 2));
        table.forget(a);
        table.forget(b);
        assertThat(table.isEmpty()).isTrue();
    }

    @Test
    void replaceAll_dropsWhatIsOutdated() {
        table.adopt(a, new Pin("n2", 2));
        table.adopt(b, new Pin("n2", 3));
        table.replaceAll(List.of(moved(b, "n3", 4)));
        assertThat(table.find(a)).isNull();
        assertThat(table.find(b)).isEqualTo(new Pin("n3", 4));
        table.replaceAll(List.of());
        assertThat(table.isEmpty()).isTrue();
    }

    @Test
    void replaceAll_knownLater_isKept() {
        table.adopt(a, new Pin("n3", 3));
        table.replaceAll(List.of(moved(a, "n2", 2)));
        assertThat(table.find(a)).isEqualTo(new Pin("n3", 3));
    }

    @Test
    void replaceAll_fullOfOutdatedPins_makesRoomFirst() {
        table.adopt(a, new Pin("n2", 2));
        table.adopt(b, new Pin("n2", 2));
        table.replaceAll(List.of(moved(c, "n3", 2)));
        assertThat(table.find(c)).isEqualTo(new Pin("n3", 2));
        assertThat(table.size()).isEqualTo(1);
        assertThat(table.overflow()).isZero();
    }

    private static Grid.MovedPin moved(AffinityKey key, String route, long epoch) {
        return new Grid.MovedPin(key, new Pin(route, epoch));
    }

    // ---- keys without a route ----

    private static final SourceSpec HEADER = SourceSpec.parse("header(X)");
    private static final KeyedHash NEW = KeyedHash.of(new byte[32], "header(X)");
    private static final KeyedHash OLD = KeyedHash.of(new byte[] {1}, "header(X)");

    private static Claim claim(String value, KeyedHash... hashes) {
        return Claim.ofValue(HEADER, value, List.of(hashes), /* pinnable= */ true);
    }

    @Test
    void find_claim_underAnyOfItsKeys() {
        table.adopt(claim("v", OLD).key(), new Pin("n2", 2));
        assertThat(table.find(claim("v", NEW, OLD), 0)).isEqualTo(new Pin("n2", 2));
        assertThat(table.find(claim("v", NEW), 0)).isNull();
        assertThat(table.find(Claim.NONE, 0)).isNull();
    }

    @Test
    void find_claim_notHeardOfForLong_isOver() {
        AtomicLong now = new AtomicLong();
        PinTable aging = new PinTable(10, now::get);
        Claim claim = claim("v", NEW);
        aging.adopt(claim.key(), new Pin("n2", 2));
        now.set(100);
        assertThat(aging.find(claim, 100)).isNotNull();
        assertThat(aging.tryRenew(claim, 101)).isFalse();
        aging.replaceAll(List.of(new Grid.MovedPin(claim.key(), new Pin("n2", 2))));
        now.set(101);
        assertThat(aging.tryRenew(claim, 101)).isTrue();
        assertThat(aging.tryRenew(claim, 101)).isFalse();
        now.set(201);
        assertThat(aging.find(claim, 100)).isNotNull();
        now.set(202);
        assertThat(aging.find(claim, 100)).isNull();
    }

    @Test
    void find_overPin_goesAndMakesRoomForTheNextLifeOfItsKey() {
        AtomicLong clock = new AtomicLong();
        PinTable timed = new PinTable(10, clock::get);
        Claim claim = claim("v", NEW);
        timed.adopt(claim.key(0), new Pin("n1", 5));
        clock.set(101);
        assertThat(timed.find(claim, 100)).isNull();
        assertThat(timed.size()).isZero();
        timed.adopt(claim.key(0), new Pin("n2", 2));
        assertThat(timed.find(claim, 100)).isEqualTo(new Pin("n2", 2));
    }
}
