package io.jvmroute.hazelcast;

import com.hazelcast.map.IMap;
import io.jvmroute.cluster.HopKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The keys that sign hops: the configured ones, or those that the grid holds.
 *
 * <p>A key from another cluster verifies at once, and signs only a while later, when all others have heard of it. A key is never
 * forgotten while this node runs: should the grid lose it, this node puts it back.
 */
final class GridKeys implements EntryFeed.Sink<String, KeyRing> {
    /** The only entry of the map. */
    static final String RING = "hop";

    private final List<HopKey> configured;
    private final Consumer<Runnable> later;
    private KeyRing known = new KeyRing(List.of());
    private volatile List<HopKey> inUse;

    /** {@code later} runs a task when all members have had time to hear of a new key. */
    GridKeys(List<HopKey> configured, Consumer<Runnable> later) {
        this.configured = configured;
        this.later = later;
        this.inUse = configured;
    }

    List<HopKey> inUse() {
        return inUse;
    }

    boolean areConfigured() {
        return !configured.isEmpty();
    }

    /** Makes the key if nobody has, and adopts what the grid holds. Waits for the network. */
    void agree(IMap<String, KeyRing> map) {
        if (areConfigured()) {
            return;
        }
        KeyRing mine = known();
        KeyRing offered = mine.keys().isEmpty() ? new KeyRing(List.of(HopKeys.random())) : mine;
        @Nullable KeyRing stored = map.putIfAbsent(RING, offered);
        if (stored == null) {
            adopt(offered);
        } else if (stored.keys().containsAll(mine.keys())) {
            adopt(stored);
        } else {
            adopt(map.executeOnKey(RING, new AddKeys(mine)));
        }
    }

    private synchronized KeyRing known() {
        return known;
    }

    private synchronized void adopt(KeyRing ring) {
        KeyRing all = known.with(ring);
        if (areConfigured() || all.equals(known)) {
            return;
        }
        boolean isFirst = known.keys().isEmpty();
        known = all;
        if (isFirst) {
            inUse = all.keys();
        } else {
            inUse = signingFirst(inUse.get(0), all.keys());
            later.accept(this::settle);
        }
    }

    private static List<HopKey> signingFirst(HopKey signing, List<HopKey> all) {
        List<HopKey> keys = new ArrayList<>(all);
        keys.remove(signing);
        keys.add(0, signing);
        return List.copyOf(keys);
    }

    private synchronized void settle() {
        inUse = known.keys();
    }

    @Override
    public void changed(String name, KeyRing ring) {
        adopt(ring);
    }

    @Override
    public void ended(String name) {
        // known keys stay valid
    }

    @Override
    public void read(Map<String, KeyRing> all) {
        all.values().forEach(this::adopt);
    }

    @Override
    public KeyRing newer(KeyRing read, KeyRing told) {
        return read.with(told);
    }
}
