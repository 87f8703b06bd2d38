package io.jvmroute.hazelcast;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.Pin;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Keeps what it was told, as the product's own listener would. */
final class RecordingListener implements Grid.Listener {
    final Map<AffinityKey, Pin> moved = new ConcurrentHashMap<>();
    final List<AffinityKey> ended = new CopyOnWriteArrayList<>();
    final List<String> degraded = new CopyOnWriteArrayList<>();
    final List<String> down = new CopyOnWriteArrayList<>();
    final AtomicInteger merged = new AtomicInteger();
    final AtomicInteger losses = new AtomicInteger();
    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger nodeChanges = new AtomicInteger();
    volatile List<Node> nodes = List.of();

    @Override
    public void nodesChanged(Collection<Node> now) {
        nodes = List.copyOf(now);
        nodeChanges.incrementAndGet();
    }

    @Nullable
    Node node(String route) {
        return nodes.stream()
                .filter(node -> node.route().equals(route))
                .findFirst()
                .orElse(null);
    }

    @Override
    public void pinMoved(AffinityKey key, Pin pin) {
        if (!pin.isMoved()) {
            throw new AssertionError("not moved: " + pin);
        }
        moved.put(key, pin);
    }

    @Override
    public void pinEnded(AffinityKey key) {
        moved.remove(key);
        ended.add(key);
    }

    @Override
    public void pinsRead(Collection<Grid.MovedPin> all) {
        moved.clear();
        all.forEach(entry -> moved.put(entry.key(), entry.pin()));
        reads.incrementAndGet();
    }

    @Override
    public void nodeDown(String route, URI url) {
        down.add(route + ' ' + url);
    }

    @Override
    public void merged() {
        merged.incrementAndGet();
    }

    @Override
    public void dataLost() {
        losses.incrementAndGet();
    }

    @Override
    public void degraded(@Nullable String reason) {
        degraded.add(String.valueOf(reason));
    }
}
