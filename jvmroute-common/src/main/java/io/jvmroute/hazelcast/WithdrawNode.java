package io.jvmroute.hazelcast;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a node's entry by its goodbye, unless another life of the node has written since.
 *
 * <p>The goodbye stays for a while: a removed entry could also be one that expired while its node was cut off.
 */
@SuppressWarnings("serial") // travels by its Compact serializer only
record WithdrawNode(NodeEntry goodbye, long ttlMillis) implements EntryProcessor<String, NodeEntry, Boolean> {
    @Override
    public Boolean process(Entry<String, NodeEntry> entry) {
        @Nullable NodeEntry stored = entry.getValue();
        if (stored == null || !stored.incarnation().equals(goodbye.incarnation())) {
            return false;
        }
        ((ExtendedMapEntry<String, NodeEntry>) entry).setValue(goodbye, ttlMillis, TimeUnit.MILLISECONDS);
        return true;
    }

    static final class Serializer implements CompactSerializer<WithdrawNode> {
        @Override
        public WithdrawNode read(CompactReader reader) {
            NodeEntry goodbye = Objects.requireNonNull(reader.readCompact("goodbye"), "goodbye");
            return new WithdrawNode(goodbye, reader.readInt64("ttlMillis"));
        }

        @Override
        public void write(CompactWriter writer, WithdrawNode withdraw) {
            writer.writeCompact("goodbye", withdraw.goodbye);
            writer.writeInt64("ttlMillis", withdraw.ttlMillis);
        }

        @Override
        public String getTypeName() {
            return "jvmroute.WithdrawNode";
        }

        @Override
        public Class<WithdrawNode> getCompactClass() {
            return WithdrawNode.class;
        }
    }
}
