package io.jvmroute.hazelcast;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Pin;

/** How keys and pins stand in the map. A key's fields must never change: its bytes are compared. */
final class PinSerializers {
    /** The field that the predicate of moved pins asks for. */
    static final String EPOCH = "epoch";

    private PinSerializers() {}

    static final class OfKey implements CompactSerializer<AffinityKey> {
        @Override
        public AffinityKey read(CompactReader reader) {
            return new AffinityKey(reader.readInt64("high"), reader.readInt64("low"));
        }

        @Override
        public void write(CompactWriter writer, AffinityKey key) {
            writer.writeInt64("high", key.high());
            writer.writeInt64("low", key.low());
        }

        @Override
        public String getTypeName() {
            return "jvmroute.AffinityKey";
        }

        @Override
        public Class<AffinityKey> getCompactClass() {
            return AffinityKey.class;
        }
    }

    static final class OfPin implements CompactSerializer<Pin> {
        @Override
        public Pin read(CompactReader reader) {
            String route = reader.readString("route");
            return new Pin(route == null ? "" : route, reader.readInt64(EPOCH));
        }

        @Override
        public void write(CompactWriter writer, Pin pin) {
            writer.writeString("route", pin.route());
            writer.writeInt64(EPOCH, pin.epoch());
        }

        @Override
        public String getTypeName() {
            return "jvmroute.Pin";
        }

        @Override
        public Class<Pin> getCompactClass() {
            return Pin.class;
        }
    }
}
