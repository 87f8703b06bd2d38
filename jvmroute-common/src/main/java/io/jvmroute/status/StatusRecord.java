package io.jvmroute.status;

import io.jvmroute.cluster.Node;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What is kept of the looks at a node: its timeline, the figures of the last minutes, and when each node was last well. Bounded. Thread-safe. */
final class StatusRecord {
    private final Timeline timeline = new Timeline();
    private final History history = new History();
    private final Map<String, Long> seen = new ConcurrentHashMap<>();
    private @Nullable StatusReport last;

    /** To be called about once a second, and after changes. */
    synchronized void add(StatusReport now) {
        StatusReport before = last;
        last = now;
        if (before != null) {
            Changes.note(timeline, before, now);
        }
        history.add(now);
        for (Node node : now.view().nodes()) {
            if (now.view().isSelf(node) || (node.member() && !now.view().isSuspect(node.route()))) {
                seen.put(node.route(), now.now());
            }
        }
        seen.keySet().removeIf(route -> now.view().find(route) == null);
    }

    Timeline timeline() {
        return timeline;
    }

    History history() {
        return history;
    }

    /** When the node was last a member of the grid and not suspect; null: never. */
    @Nullable
    Long seenAt(String route) {
        return seen.get(route);
    }
}
