package io.jvmroute.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingEntry;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/** Keeps the keys of both clusters when two meet, so that hops of either verify. Made by Hazelcast from its name. */
public final class KeyMergePolicy implements SplitBrainMergePolicy<Object, MergingEntry<Object, Object>, Object> {
    /** For Hazelcast. */
    public KeyMergePolicy() {}

    @Override
    public Object merge(MergingEntry<Object, Object> merging, @Nullable MergingEntry<Object, Object> existing) {
        if (existing == null) {
            return merging.getRawValue();
        }
        return ((KeyRing) existing.getDeserializedValue()).with((KeyRing) merging.getDeserializedValue());
    }

    @Override
    public void writeData(ObjectDataOutput out) {
        // it has no state
    }

    @Override
    public void readData(ObjectDataInput in) {
        // it has no state
    }
}
