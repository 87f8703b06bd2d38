package io.jvmroute.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryEvictedListener;
import com.hazelcast.map.listener.EntryExpiredListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.query.Predicate;
import com.hazelcast.query.QueryException;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tells a sink of every change of a map, and now and then of the whole map.
 *
 * <p>A read takes a while, and changes go on meanwhile: what they bring is noted, and laid over the result before the sink gets it. So
 * a read never takes back what an event has told.
 *
 * <p>Any member may put anything into a map: what is of another type is not there for the sink.
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

        /** Everything there is; what the predicate would leave out may be among it. */
        void read(Map<K, V> all);

        /** Which of two values of one key is the newer: what a read found or what an event told. */
        V newer(V read, V told);
    }

    private static final System.Logger LOGGER = System.getLogger(EntryFeed.class.getName());

    private final IMap<K, V> map;
    private final Class<K> keys;
    private final Class<V> values;
    private final Predicate<K, V> predicate;
    private final Sink<K, V> sink;
    private @Nullable Map<K, @Nullable V> toldWhileReading;
    private @Nullable UUID registration;
    private boolean warned;

    EntryFeed(IMap<K, V> map, Class<K> keys, Class<V> values, Predicate<K, V> predicate, Sink<K, V> sink) {
        this.map = map;
        this.keys = keys;
        this.values = values;
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
            Iterator<Map.Entry<K, V>> found = find().iterator();
            while (found.hasNext()) {
                takeNext(found, all);
            }
            tell(all);
        } finally {
            synchronized (this) {
                toldWhileReading = null;
            }
        }
    }

    /** One value that the predicate can't be asked about fails the whole query: then everything is read. */
    private Set<Map.Entry<K, V>> find() {
        try {
            return map.entrySet(predicate);
        } catch (QueryException | HazelcastSerializationException | ClassCastException | IllegalArgumentException e) {
            LOGGER.log(Level.DEBUG, map.getName() + ": not all of it is ours", e);
            return map.entrySet();
        }
    }

    private void takeNext(Iterator<Map.Entry<K, V>> found, Map<K, V> all) {
        try {
            Map.Entry<K, V> entry = found.next();
            Object key = entry.getKey();
            Object value = entry.getValue();
            if (isOurs(keys, key) && isOurs(values, value)) {
                all.put(keys.cast(key), values.cast(value));
            }
        } catch (HazelcastSerializationException e) {
            warn("what no node can read", e);
        }
    }

    private boolean isOurs(Class<?> type, Object found) {
        if (type.isInstance(found)) {
            return true;
        }
        warn("a " + found.getClass().getName() + " (expected: " + type.getSimpleName() + ")", null);
        return false;
    }

    private synchronized void warn(String found, @Nullable Exception failure) {
        if (!warned) {
            warned = true; // a stranger must not fill the log
            LOGGER.log(
                    Level.WARNING,
                    map.getName() + ": somebody has put there " + found + "; such entries are skipped",
                    failure);
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
        Object key = event.getKey();
        Object value = event.getValue();
        if (!isOurs(keys, key) || !isOurs(values, value)) {
            return;
        }
        if (toldWhileReading != null) {
            toldWhileReading.put(event.getKey(), event.getValue());
        }
        sink.changed(event.getKey(), event.getValue());
    }

    private synchronized void ended(EntryEvent<K, V> event) {
        Object key = event.getKey();
        if (!isOurs(keys, key)) {
            return;
        }
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
