package io.jvmroute.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryEvictedListener;
import com.hazelcast.map.listener.EntryExpiredListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.query.Predicate;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tells a sink of every change of a map, and now and then of the whole map.
 *
 * <p>A read takes a while, and changes go on meanwhile: what they bring is noted, and laid over the result before the sink gets it. So
 * a read never takes back what an event has told.
 */
final class EntryFeed<K, V>
        implements EntryAddedListener<K, V>,
                EntryUpdatedListener<K, V>,
                EntryMergedListener<K, V>,
                EntryRemovedListener<K, V>,
                EntryEvictedListener<K, V>,
                EntryExpiredListener<K, V> {
    /** Told one thing at a time. */
    interface Sink<K, V> {
        void changed(K key, V value);

        void ended(K key);

        /** Everything there is. */
        void read(Map<K, V> all);

        /** Which of two values of one key is the newer: what a read found or what an event told. */
        V newer(V read, V told);
    }

    private final IMap<K, V> map;
    private final Predicate<K, V> predicate;
    private final Sink<K, V> sink;
    private @Nullable Map<K, @Nullable V> toldWhileReading;
    private @Nullable UUID registration;

    EntryFeed(IMap<K, V> map, Predicate<K, V> predicate, Sink<K, V> sink) {
        this.map = map;
        this.predicate = predicate;
        this.sink = sink;
    }

    /** Listens first: what changes between that and the first read is told twice rather than never. */
    void listen() {
        registration = map.addEntryListener(this, predicate, /* includeValue= */ true);
    }

    void stop() {
        UUID listening = registration;
        if (listening != null) {
            map.removeEntryListener(listening);
        }
    }

    /** Reads everything. Waits for the network; one thread at a time. */
    void read() {
        synchronized (this) {
            toldWhileReading = new HashMap<>();
        }
        try {
            Map<K, V> all = new HashMap<>();
            map.entrySet(predicate).forEach(entry -> all.put(entry.getKey(), entry.getValue()));
            tell(all);
        } finally {
            synchronized (this) {
                toldWhileReading = null;
            }
        }
    }

    private synchronized void tell(Map<K, V> all) {
        if (toldWhileReading != null) {
            toldWhileReading.forEach((key, told) -> {
                if (told == null) {
                    all.remove(key);
                } else {
                    all.merge(key, told, sink::newer);
                }
            });
        }
        toldWhileReading = null;
        sink.read(all);
    }

    private synchronized void changed(EntryEvent<K, V> event) {
        if (toldWhileReading != null) {
            toldWhileReading.put(event.getKey(), event.getValue());
        }
        sink.changed(event.getKey(), event.getValue());
    }

    private synchronized void ended(EntryEvent<K, V> event) {
        if (toldWhileReading != null) {
            toldWhileReading.put(event.getKey(), null);
        }
        sink.ended(event.getKey());
    }

    @Override
    public void entryAdded(EntryEvent<K, V> event) {
        changed(event);
    }

    @Override
    public void entryUpdated(EntryEvent<K, V> event) {
        changed(event);
    }

    @Override
    public void entryMerged(EntryEvent<K, V> event) {
        changed(event);
    }

    @Override
    public void entryRemoved(EntryEvent<K, V> event) {
        ended(event);
    }

    @Override
    public void entryEvicted(EntryEvent<K, V> event) {
        ended(event);
    }

    @Override
    public void entryExpired(EntryEvent<K, V> event) {
        ended(event);
    }
}
