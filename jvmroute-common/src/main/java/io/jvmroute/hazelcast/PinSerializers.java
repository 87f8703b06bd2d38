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
    private static final String TIME_TO_LIVE = "timeToLiveMillis";

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
            String home = isThere(reader, HOME) ? reader.readString(HOME) : null;
            long timeToLive = isThere(reader, TIME_TO_LIVE) ? reader.readInt64(TIME_TO_LIVE) : Pin.UNTOLD;
            return new Pin(
                    Route.isValid(route) ? route : NO_NODE,
                    Math.max(Pin.FIRST_EPOCH, reader.readInt64(EPOCH)),
                    Route.isValid(home) ? home : null,
                    Math.max(Pin.UNTOLD, timeToLive));
        }

        /** Not in what an earlier version has written. */
        private static boolean isThere(CompactReader reader, String field) {
            return reader.getFieldKind(field) != FieldKind.NOT_AVAILABLE;
        }

        @Override
        public void write(CompactWriter writer, Pin pin) {
            writer.writeString("route", pin.route());
            writer.writeInt64(EPOCH, pin.epoch());
            writer.writeString(HOME, pin.home());
            writer.writeInt64(TIME_TO_LIVE, pin.timeToLiveMillis());
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
