package io.jvmroute.hazelcast;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Pin;
import java.time.Duration;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which pins change. Each runs where the pin is stored, on the primary and its backup.
 *
 * <p>A rule may run twice on one pin: when a primary dies after its backup took the change, the caller's retry finds the changed pin. So each
 * rule leaves its own result as it is, and answers the same. A pin that moves tells on where its session began.
 */
final class PinProcessors {
    private PinProcessors() {}

    /** What Hazelcast takes for {@code ttl}: milliseconds, rounded up to its resolution of one second; 0 is none. */
    static long ttlMillis(Duration ttl) {
        return TimeUnit.SECONDS.toMillis(ttl.plusMillis(999).toSeconds());
    }

    private static @Nullable Pin stored(Entry<AffinityKey, Pin> entry) {
        return entry.getValue();
    }

    /** A pin that does not tell where its session began, unless {@code before} does. */
    static Pin store(Entry<AffinityKey, Pin> entry, String route, long epoch, @Nullable Pin before, long ttlMillis) {
        String home = before == null || epoch == Pin.FIRST_EPOCH ? null : before.firstOwner();
        Pin pin = new Pin(route, epoch, home, ttlMillis);
        ((ExtendedMapEntry<AffinityKey, Pin>) entry).setValue(pin, ttlMillis, TimeUnit.MILLISECONDS);
        return pin;
    }

    /**
     * Moves an existing pin from a route and at most an epoch to another route. It lives as long as before; for {@code ttlMillis} where it
     * does not tell, or would live for ever: nobody may ever come for it.
     *
     * <p>The next epoch follows the one that the caller knew: following the stored one, a second run could move the pin again.
     */
    record Repin(String fromRoute, long fromEpoch, String toRoute, long ttlMillis)
            implements EntryProcessor<AffinityKey, Pin, Pin> {
        @Override
        public @Nullable Pin process(Entry<AffinityKey, Pin> entry) {
            Pin stored = stored(entry);
            if (stored == null || !stored.route().equals(fromRoute) || stored.epoch() > fromEpoch) {
                return stored;
            }
            long lives = stored.timeToLiveMillis() > 0 ? stored.timeToLiveMillis() : ttlMillis;
            return store(entry, toRoute, fromEpoch + 1, stored, lives);
        }
    }

    /** Writes the pin of the node that serves the session, or prolongs it. */
    record Own(String route, long epoch, long ttlMillis) implements EntryProcessor<AffinityKey, Pin, Pin> {
        @Override
        public Pin process(Entry<AffinityKey, Pin> entry) {
            Pin stored = stored(entry);
            if (stored == null || stored.epoch() < epoch) {
                return store(entry, route, epoch, stored, ttlMillis);
            }
            return stored.route().equals(route) ? store(entry, route, stored.epoch(), stored, ttlMillis) : stored;
        }
    }

    /** Removes the pin if it still names the route. */
    record End(String route) implements EntryProcessor<AffinityKey, Pin, Boolean> {
        @Override
        public Boolean process(Entry<AffinityKey, Pin> entry) {
            Pin stored = stored(entry);
            if (stored == null || !stored.route().equals(route)) {
                return false;
            }
            entry.setValue(null);
            return true;
        }
    }

    static final class RepinSerializer implements CompactSerializer<Repin> {
        @Override
        public Repin read(CompactReader reader) {
            return new Repin(
                    text(reader, "fromRoute"),
                    reader.readInt64("fromEpoch"),
                    text(reader, "toRoute"),
                    reader.readInt64("ttlMillis"));
        }

        @Override
        public void write(CompactWriter writer, Repin repin) {
            writer.writeString("fromRoute", repin.fromRoute);
            writer.writeInt64("fromEpoch", repin.fromEpoch);
            writer.writeString("toRoute", repin.toRoute);
            writer.writeInt64("ttlMillis", repin.ttlMillis);
        }

        @Override
        public String getTypeName() {
            return "jvmroute.Repin";
        }

        @Override
        public Class<Repin> getCompactClass() {
            return Repin.class;
        }
    }

    static final class OwnSerializer implements CompactSerializer<Own> {
        @Override
        public Own read(CompactReader reader) {
            return new Own(text(reader, "route"), reader.readInt64("epoch"), reader.readInt64("ttlMillis"));
        }

        @Override
        public void write(CompactWriter writer, Own own) {
            writer.writeString("route", own.route);
            writer.writeInt64("epoch", own.epoch);
            writer.writeInt64("ttlMillis", own.ttlMillis);
        }

        @Override
        public String getTypeName() {
            return "jvmroute.Own";
        }

        @Override
        public Class<Own> getCompactClass() {
            return Own.class;
        }
    }

    static final class EndSerializer implements CompactSerializer<End> {
        @Override
        public End read(CompactReader reader) {
            return new End(text(reader, "route"));
        }

        @Override
        public void write(CompactWriter writer, End end) {
            writer.writeString("route", end.route);
        }

        @Override
        public String getTypeName() {
            return "jvmroute.End";
        }

        @Override
        public Class<End> getCompactClass() {
            return End.class;
        }
    }

    private static String text(CompactReader reader, String field) {
        return Objects.requireNonNull(reader.readString(field), field);
    }
}
