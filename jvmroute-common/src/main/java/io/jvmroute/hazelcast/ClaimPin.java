package io.jvmroute.hazelcast;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Pin;
import java.util.Map.Entry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Agrees on the owner of a key that carries no route: writes a pin where there is none, moves it from a route and at most an epoch, and
 * leaves any other. Run twice it finds its own result and leaves that, as {@link PinProcessors} asks for.
 */
record ClaimPin(String fromRoute, long fromEpoch, String toRoute, long ttlMillis)
        implements EntryProcessor<AffinityKey, Pin, Pin> {
    @Override
    public Pin process(Entry<AffinityKey, Pin> entry) {
        @Nullable Pin stored = entry.getValue();
        if (stored != null && !(stored.route().equals(fromRoute) && stored.epoch() <= fromEpoch)) {
            return stored;
        }
        return PinProcessors.store(entry, toRoute, fromEpoch + 1, /* before= */ null, ttlMillis);
    }

    static final class Serializer implements CompactSerializer<ClaimPin> {
        @Override
        public ClaimPin read(CompactReader reader) {
            return new ClaimPin(
                    Objects.requireNonNull(reader.readString("fromRoute")),
                    reader.readInt64("fromEpoch"),
                    Objects.requireNonNull(reader.readString("toRoute")),
                    reader.readInt64("ttlMillis"));
        }

        @Override
        public void write(CompactWriter writer, ClaimPin claim) {
            writer.writeString("fromRoute", claim.fromRoute);
            writer.writeInt64("fromEpoch", claim.fromEpoch);
            writer.writeString("toRoute", claim.toRoute);
            writer.writeInt64("ttlMillis", claim.ttlMillis);
        }

        @Override
        public String getTypeName() {
            return "jvmroute.ClaimPin";
        }

        @Override
        public Class<ClaimPin> getCompactClass() {
            return ClaimPin.class;
        }
    }
}
