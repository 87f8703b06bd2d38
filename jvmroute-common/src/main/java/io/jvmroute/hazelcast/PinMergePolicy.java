package io.jvmroute.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingEntry;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.Rendezvous;
import org.jspecify.annotations.Nullable;

/**
 * Which of two pins of one session survives when both sides of a split meet: the higher epoch, then the higher rendezvous score. No
 * clock has a say. Made by Hazelcast from its name.
 */
public final class PinMergePolicy implements SplitBrainMergePolicy<Pin, MergingEntry<AffinityKey, Pin>, Object> {
    /** For Hazelcast. */
    public PinMergePolicy() {}

    @Override
    public Object merge(MergingEntry<AffinityKey, Pin> merging, @Nullable MergingEntry<AffinityKey, Pin> existing) {
        if (existing == null) {
            return merging.getRawValue();
        }
        boolean wins = wins(merging.getKey(), merging.getDeserializedValue(), existing.getDeserializedValue());
        return wins ? merging.getRawValue() : existing.getRawValue();
    }

    /** Whether {@code pin} is kept rather than {@code other}. */
    static boolean wins(AffinityKey key, Pin pin, Pin other) {
        if (pin.epoch() != other.epoch()) {
            return pin.epoch() > other.epoch();
        }
        int rank = Double.compare(
                Rendezvous.score(key, pin.route(), /* weight= */ 1),
                Rendezvous.score(key, other.route(), /* weight= */ 1));
        return rank != 0 ? rank > 0 : pin.route().compareTo(other.route()) > 0;
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
