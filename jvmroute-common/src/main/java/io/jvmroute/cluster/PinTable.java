package io.jvmroute.cluster;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.AffinityKeyProbe;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that left their first owner, mirrored in the heap so that no request asks the grid for them.
 *
 * <p>Bounded: when it is full, further moves are not mirrored and counted in {@link #overflow()}; those sessions are found by the new suffix
 * that their new owner gave them, and by the agreed choice while their first owner is down. Thread-safe; reads take no lock.
 */
public final class PinTable {
    /** About 120 bytes each: 60 MB at most. */
    public static final int DEFAULT_CAPACITY = 500_000;

    private final ConcurrentHashMap<AffinityKey, Pin> moved = new ConcurrentHashMap<>();
    private final AtomicLong overflow = new AtomicLong();
    private final int capacity;

    /** A table of at most {@code capacity} sessions. */
    public PinTable(int capacity) {
        this.capacity = capacity;
    }

    /** Whether no session moved, so that nobody needs to know the key of a request. */
    public boolean isEmpty() {
        return moved.isEmpty();
    }

    /** The pin of the session if it moved, or null. */
    public @Nullable Pin find(AffinityKey key) {
        return moved.get(key);
    }

    /** The pin of the session {@code id} if it moved, or null, whatever route the id carries; allocates nothing. */
    @SuppressWarnings("CollectionIncompatibleType") // a map asks the key that it is given, and a probe equals keys
    public @Nullable Pin find(String id) {
        try (AffinityKeyProbe probe = AffinityKeyProbe.ofSession(id)) {
            return moved.get(probe);
        }
    }

    /** Adopts a pin unless a later one is known. A pin that never moved is forgotten: its suffix tells enough. */
    public void adopt(AffinityKey key, Pin pin) {
        if (!pin.isMoved()) {
            return;
        }
        if (moved.size() >= capacity && !moved.containsKey(key)) {
            overflow.incrementAndGet();
            return;
        }
        moved.merge(key, pin, (known, offered) -> offered.epoch() >= known.epoch() ? offered : known);
    }

    /** Forgets a session that ended. */
    public void forget(AffinityKey key) {
        moved.remove(key);
    }

    /** Replaces everything by what the grid holds. */
    public void replaceAll(Collection<Grid.MovedPin> pins) {
        Set<AffinityKey> current = new HashSet<>(2 * pins.size());
        pins.forEach(entry -> current.add(entry.key()));
        moved.keySet().retainAll(current); // first: makes room
        pins.forEach(entry -> adopt(entry.key(), entry.pin()));
    }

    /** How many moved sessions are known. */
    public int size() {
        return moved.size();
    }

    /** How many moves found the table full. */
    public long overflow() {
        return overflow.get();
    }
}
