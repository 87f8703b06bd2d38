package io.jvmroute.hazelcast;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import java.util.Map.Entry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Unites the stored keys with those that a member knows; answers all of them. */
@SuppressWarnings("serial") // travels by its Compact serializer only
record AddKeys(KeyRing known) implements EntryProcessor<String, KeyRing, KeyRing> {
    @Override
    public KeyRing process(Entry<String, KeyRing> entry) {
        @Nullable KeyRing stored = entry.getValue();
        KeyRing all = stored == null ? known : stored.with(known);
        entry.setValue(all);
        return all;
    }

    static final class Serializer implements CompactSerializer<AddKeys> {
        @Override
        public AddKeys read(CompactReader reader) {
            return new AddKeys(Objects.requireNonNull(reader.readCompact("known"), "known"));
        }

        @Override
        public void write(CompactWriter writer, AddKeys add) {
            writer.writeCompact("known", add.known);
        }

        @Override
        public String getTypeName() {
            return "jvmroute.AddKeys";
        }

        @Override
        public Class<AddKeys> getCompactClass() {
            return AddKeys.class;
        }
    }
}
