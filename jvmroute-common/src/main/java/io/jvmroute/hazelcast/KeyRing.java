package io.jvmroute.hazelcast;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.jvmroute.cluster.HopKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * The keys made in the grid, as stored there: usually one, two after two clusters have merged.
 *
 * @param keys sorted by id; the first signs
 */
record KeyRing(List<HopKey> keys) {
    KeyRing {
        keys = List.copyOf(keys);
    }

    /** The keys of both. */
    KeyRing with(KeyRing other) {
        TreeMap<String, HopKey> all = new TreeMap<>();
        keys.forEach(key -> all.put(key.id(), key));
        other.keys.forEach(key -> all.putIfAbsent(key.id(), key));
        return new KeyRing(List.copyOf(all.values()));
    }

    static final class Serializer implements CompactSerializer<KeyRing> {
        @Override
        public KeyRing read(CompactReader reader) {
            String[] ids = reader.readArrayOfString("ids");
            byte[] secrets = reader.readArrayOfInt8("secrets");
            if (ids == null || secrets == null) {
                return new KeyRing(List.of());
            }
            List<HopKey> keys = new ArrayList<>();
            for (int i = 0; i < ids.length; i++) {
                int from = i * HopKey.MIN_BYTES;
                keys.add(new HopKey(ids[i], Arrays.copyOfRange(secrets, from, from + HopKey.MIN_BYTES)));
            }
            return new KeyRing(keys);
        }

        @Override
        public void write(CompactWriter writer, KeyRing ring) {
            byte[] secrets = new byte[ring.keys.size() * HopKey.MIN_BYTES];
            for (int i = 0; i < ring.keys.size(); i++) {
                System.arraycopy(ring.keys.get(i).secret(), 0, secrets, i * HopKey.MIN_BYTES, HopKey.MIN_BYTES);
            }
            writer.writeArrayOfString("ids", ring.keys.stream().map(HopKey::id).toArray(String[]::new));
            writer.writeArrayOfInt8("secrets", secrets);
        }

        @Override
        public String getTypeName() {
            return "jvmroute.KeyRing";
        }

        @Override
        public Class<KeyRing> getCompactClass() {
            return KeyRing.class;
        }
    }
}
