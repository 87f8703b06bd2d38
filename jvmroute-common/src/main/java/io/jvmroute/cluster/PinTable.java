package io.jvmroute.cluster;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.AffinityKeyProbe;
import io.jvmroute.affinity.Claim;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that left their first owner, and the keys that carry no route, mirrored in the heap so that no request asks the grid for
 * them.
 *
 * <p>Bounded: when it is full, further pins are not mirrored and counted in {@link #overflow()}; moved sessions are found by the new suffix
 * that their new owner gave them, and by the agreed choice while their first owner is down. Keys without a route get no new pin then: their
 * home is computed by hash. Thread-safe; reads take no lock.
 */
public final class PinTable {
    /** 90 bytes each: 45 MB at most. */
    public static final int DEFAULT_CAPACITY = 500_000;

    /** Distinct pins that are shared; a cluster has few, the same for thousands of keys. */
    private static final int MAX_SHARED = 1024;

    private final ConcurrentHashMap<AffinityKey, Kept> moved = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Pin, Pin> shared = new ConcurrentHashMap<>();
    private final AtomicLong overflow = new AtomicLong();
    private final int capacity;
    private final LongSupplier nanoTime;

    /** A pin, and when it was last heard of or renewed. */
    private static final class Kept {
        private static final AtomicLongFieldUpdater<Kept> TOLD = AtomicLongFieldUpdater.newUpdater(Kept.class, "told");

        private final Pin pin;
        private volatile long told;

        Kept(Pin pin, long now) {
            this.pin = pin;
            told = now;
        }

        boolean tryRenew(long now, long afterNanos) {
            long before = told;
            return now - before >= afterNanos && TOLD.compareAndSet(this, before, now);
        }
    }

    /** A table of at most {@code capacity} pins, whose age nobody asks for. */
    public PinTable(int capacity) {
        this(capacity, () -> 0);
    }

    /** A table of at most {@code capacity} pins; {@code nanoTime} is a monotonic clock. */
    public PinTable(int capacity, LongSupplier nanoTime) {
        this.capacity = capacity;
        this.nanoTime = nanoTime;
    }

    /** Whether no session moved, so that nobody needs to know the key of a request. */
    public boolean isEmpty() {
        return moved.isEmpty();
    }

    /** Whether no further pin without a route is to be made: clients can make up as many as they like, and moved sessions need room too. */
    public boolean isFullForRouteless() {
        return moved.size() >= capacity / 2;
    }

    /** The pin of the key, or null. */
    public @Nullable Pin find(AffinityKey key) {
        return pinOf(moved.get(key));
    }

    private static @Nullable Pin pinOf(@Nullable Kept kept) {
        return kept == null ? null : kept.pin;
    }

    /** The pin of the session {@code id} if it moved, or null, whatever route the id carries; allocates nothing. */
    public @Nullable Pin find(String id) {
        try (AffinityKeyProbe probe = AffinityKeyProbe.ofSession(id)) {
            return pinOf(kept(probe));
        }
    }

    @SuppressWarnings("CollectionIncompatibleType") // a map asks the key that it is given, and a probe equals keys
    private @Nullable Kept kept(AffinityKeyProbe probe) {
        return moved.get(probe);
    }

    /**
     * The pin of what a request claims, or null: of several keys the latest tenure counts, then the order of the keys. Allocates nothing.
     *
     * @param lifetimeNanos a pin not heard of for so long is over, and forgotten; 0: none is
     */
    public @Nullable Pin find(Claim claim, long lifetimeNanos) {
        return pinOf(kept(claim, lifetimeNanos));
    }

    private @Nullable Kept kept(Claim claim, long lifetimeNanos) {
        Kept latest = null;
        for (int i = 0; i < claim.keys(); i++) {
            try (AffinityKeyProbe probe = claim.probe(i)) {
                Kept kept = alive(probe, lifetimeNanos);
                latest = latest == null || (kept != null && kept.pin.epoch() > latest.pin.epoch()) ? kept : latest;
            }
        }
        return latest;
    }

    /** What is over goes at once: it would hide the next life of its key, whose epochs begin anew. */
    @SuppressWarnings("CollectionIncompatibleType") // as kept
    private @Nullable Kept alive(AffinityKeyProbe probe, long lifetimeNanos) {
        Kept kept = kept(probe);
        if (kept != null && lifetimeNanos > 0 && nanoTime.getAsLong() - kept.told > lifetimeNanos) {
            moved.remove(probe, kept);
            return null;
        }
        return kept;
    }

    /** Whether the pin of a claim that is in use should be renewed: true once in {@code afterNanos}, whoever asks. */
    public boolean tryRenew(Claim claim, long afterNanos) {
        Kept kept = kept(claim, 0);
        return kept != null && kept.tryRenew(nanoTime.getAsLong(), afterNanos);
    }

    /** Adopts a pin unless a later one is known. A pin that never moved is forgotten: its suffix tells enough. */
    public void adopt(AffinityKey key, Pin pin) {
        adopt(key, pin, nanoTime.getAsLong());
    }

    private void adopt(AffinityKey key, Pin pin, long now) {
        if (!pin.isMoved()) {
            return;
        }
        if (moved.size() >= capacity && !moved.containsKey(key)) {
            overflow.incrementAndGet();
            return;
        }
        Kept offered = new Kept(share(pin), now);
        moved.merge(key, offered, (known, its) -> its.pin.epoch() >= known.pin.epoch() ? its : known);
    }

    private Pin share(Pin pin) {
        Pin same = shared.get(pin);
        if (same == null && shared.size() < MAX_SHARED) {
            same = shared.putIfAbsent(pin, pin);
        }
        return same == null ? pin : same;
    }

    /** Forgets a session that ended. */
    public void forget(AffinityKey key) {
        moved.remove(key);
    }

    /** Replaces everything by what the grid holds. What was known before is none the younger for it. */
    public void replaceAll(Collection<Grid.MovedPin> pins) {
        Set<AffinityKey> current = new HashSet<>(2 * pins.size());
        pins.forEach(entry -> current.add(entry.key()));
        moved.keySet().retainAll(current); // first: makes room
        long now = nanoTime.getAsLong();
        for (Grid.MovedPin entry : pins) {
            Kept known = moved.get(entry.key());
            adopt(entry.key(), entry.pin(), known == null ? now : known.told);
        }
    }

    /** How many pins are known. */
    public int size() {
        return moved.size();
    }

    /** How many pins found the table full. */
    public long overflow() {
        return overflow.get();
    }
}
