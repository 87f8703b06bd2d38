package io.jvmroute.hazelcast;

import com.hazelcast.nio.serialization.FieldKind;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.Route;
import io.jvmroute.cluster.Pin;

/** How keys and pins stand in the map. A key's fields must never change: its bytes are compared. */
final class PinSerializers {
    /** The field that the predicate of moved pins asks for. */
    static final String EPOCH = "epoch";

    /** Stands for a route that no node can have: what a stranger in the grid writes must not keep the other pins from being read. */
    static final String NO_NODE = "no-such-node";

    private static final String HOME = "home";

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
            boolean tellsHome = reader.getFieldKind(HOME) != FieldKind.NOT_AVAILABLE; // not in the version before
            String home = tellsHome ? reader.readString(HOME) : null;
            return new Pin(
                    Route.isValid(route) ? route : NO_NODE,
                    Math.max(Pin.FIRST_EPOCH, reader.readInt64(EPOCH)),
                    Route.isValid(home) ? home : null);
        }

        @Override
        public void write(CompactWriter writer, Pin pin) {
            writer.writeString("route", pin.route());
            writer.writeInt64(EPOCH, pin.epoch());
            writer.writeString(HOME, pin.home());
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
