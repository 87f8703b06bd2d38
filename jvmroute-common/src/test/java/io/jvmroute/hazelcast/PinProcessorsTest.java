package io.jvmroute.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Pin;
import io.jvmroute.hazelcast.PinProcessors.End;
import io.jvmroute.hazelcast.PinProcessors.Own;
import io.jvmroute.hazelcast.PinProcessors.Repin;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PinProcessorsTest {
    private static final long TTL = 60_000;

    static Stream<Arguments> rules() {
        return Stream.of(
                // rule, stored before, stored after
                Arguments.of(new Repin("n1", 1, "n2", TTL), null, null),
                Arguments.of(new Repin("n1", 1, "n2", TTL), new Pin("n1", 1), new Pin("n2", 2)),
                Arguments.of(new Repin("n1", 1, "n1", TTL), new Pin("n1", 1), new Pin("n1", 2)),
                Arguments.of(new Repin("n1", 3, "n2", TTL), new Pin("n1", 1), new Pin("n2", 4)),
                Arguments.of(new Repin("n1", 3, "n1", TTL), new Pin("n1", 1), new Pin("n1", 4)),
                Arguments.of(new Repin("n1", 1, "n2", TTL), new Pin("n1", 3), new Pin("n1", 3)),
                Arguments.of(new Repin("n1", 1, "n2", TTL), new Pin("n3", 1), new Pin("n3", 1)),
                Arguments.of(new Own("n1", 1, TTL), null, new Pin("n1", 1)),
                Arguments.of(new Own("n1", 2, TTL), new Pin("n2", 1), new Pin("n1", 2)),
                Arguments.of(new Own("n1", 1, TTL), new Pin("n2", 1), new Pin("n2", 1)),
                Arguments.of(new Own("n1", 1, TTL), new Pin("n1", 4), new Pin("n1", 4)),
                Arguments.of(new Own("n1", 5, TTL), new Pin("n1", 4), new Pin("n1", 5)),
                Arguments.of(new ClaimPin("", 1, "n2", TTL), null, new Pin("n2", 2)),
                Arguments.of(new ClaimPin("", 1, "n2", TTL), new Pin("n1", 2), new Pin("n1", 2)),
                Arguments.of(new ClaimPin("n1", 2, "n2", TTL), new Pin("n1", 2), new Pin("n2", 3)),
                Arguments.of(new ClaimPin("n1", 2, "n2", TTL), null, new Pin("n2", 3)),
                Arguments.of(new ClaimPin("n1", 2, "n2", TTL), new Pin("n3", 3), new Pin("n3", 3)),
                Arguments.of(new End("n1"), null, null),
                Arguments.of(new End("n1"), new Pin("n1", 4), null),
                Arguments.of(new End("n1"), new Pin("n2", 4), new Pin("n2", 4)));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void process_once(EntryProcessor<AffinityKey, Pin, ?> rule, Pin before, Pin after) {
        FakeEntry entry = new FakeEntry(before);
        Object answer = rule.process(entry);
        assertThat(entry.value).isEqualTo(after);
        if (!(rule instanceof End)) {
            assertThat(answer).isEqualTo(after);
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void process_twice(EntryProcessor<AffinityKey, Pin, ?> rule, Pin before, Pin after) {
        FakeEntry entry = new FakeEntry(before);
        rule.process(entry);
        Object answer = rule.process(entry);
        assertThat(entry.value).isEqualTo(after);
        if (!(rule instanceof End)) {
            assertThat(answer).isEqualTo(after);
        }
    }

    @Test
    void process_setsTheTimeToLive() {
        FakeEntry entry = new FakeEntry(new Pin("n1", 1));
        new Repin("n1", 1, "n2", TTL).process(entry);
        assertThat(entry.ttlMillis).isEqualTo(TTL);
        new Own("n2", 1, 0).process(entry);
        assertThat(entry.ttlMillis).isZero();
        new Own("n3", 1, TTL).process(entry);
        assertThat(entry.ttlMillis).isZero();
    }

    @Test
    void repin_livesAsLongAsItsOwnerSaid() {
        FakeEntry entry = new FakeEntry(null);
        new Own("n1", 1, 2 * TTL).process(entry);
        new Repin("n1", 1, "n2", TTL).process(entry);
        assertThat(entry.ttlMillis).isEqualTo(2 * TTL);
        assertThat(entry.value.timeToLiveMillis()).isEqualTo(2 * TTL);
        new Own("n2", 2, 3 * TTL).process(entry);
        new Repin("n2", 2, "n3", TTL).process(entry);
        assertThat(entry.ttlMillis).isEqualTo(3 * TTL);
        new Own("n3", 3, 0).process(entry);
        new Repin("n3", 3, "n1", TTL).process(entry);
        assertThat(entry.ttlMillis).isEqualTo(TTL);
        assertThat(entry.value.timeToLiveMillis()).isEqualTo(TTL);
        new ClaimPin("n1", 4, "n2", TTL).process(entry);
        assertThat(entry.value.timeToLiveMillis()).isEqualTo(TTL);
    }

    @Test
    void process_tellsOnWhereTheSessionBegan() {
        FakeEntry entry = new FakeEntry(new Pin("n1", 1));
        assertThat(entry.value.firstOwner()).isEqualTo("n1");
        for (EntryProcessor<AffinityKey, Pin, Pin> rule : List.<EntryProcessor<AffinityKey, Pin, Pin>>of(
                new Repin("n1", 1, "n2", TTL),
                new Repin("n2", 2, "n3", TTL),
                new Own("n3", 3, TTL),
                new Own("n4", 5, TTL),
                new Repin("n4", 5, "n1", TTL),
                new Own("n1", 6, TTL))) {
            rule.process(entry);
            assertThat(entry.value.firstOwner()).as(rule.toString()).isEqualTo("n1");
        }
        FakeEntry unknown = new FakeEntry(null);
        new Own("n2", 2, TTL).process(unknown);
        assertThat(unknown.value.firstOwner()).isNull();
        new Repin("n2", 2, "n3", TTL).process(unknown);
        assertThat(unknown.value.firstOwner()).isNull();
    }

    @Test
    void ttlMillis_roundsUp() {
        assertThat(PinProcessors.ttlMillis(Duration.ZERO)).isZero();
        assertThat(PinProcessors.ttlMillis(Duration.ofMillis(1))).isEqualTo(1000);
        assertThat(PinProcessors.ttlMillis(Duration.ofSeconds(1))).isEqualTo(1000);
        assertThat(PinProcessors.ttlMillis(Duration.ofMillis(1001))).isEqualTo(2000);
    }

    /** One entry as Hazelcast hands it to a processor. */
    private static final class FakeEntry implements ExtendedMapEntry<AffinityKey, Pin> {
        private Pin value;
        private long ttlMillis = -1;

        FakeEntry(Pin value) {
            this.value = value;
        }

        @Override
        public AffinityKey getKey() {
            return AffinityKey.ofSession("a session");
        }

        @Override
        public Pin getValue() {
            return value;
        }

        @Override
        public Pin setValue(Pin newValue) {
            assertThat(newValue).as("a value needs its time to live").isNull();
            Pin before = value;
            value = null;
            return before;
        }

        @Override
        public Pin setValue(Pin newValue, long ttl, TimeUnit unit) {
            Pin before = value;
            value = newValue;
            ttlMillis = unit.toMillis(ttl);
            return before;
        }

        @Override
        public Pin setValueWithoutChangingExpiryTime(Pin newValue) {
            throw new AssertionError("expiry is always stated");
        }
    }
}
