package io.jvmroute.status;

import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.record.AffinityRecorder;
import io.jvmroute.status.StatusReport.Hops;
import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes reports of a node n1, one second after the other. */
final class Reports {
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Set<String> suspects = new TreeSet<>();
    private final TreeMap<String, Long> verdicts = new TreeMap<>(Map.of("H", 0L, "R", 0L, "X", 0L));
    private final Map<String, Long> heldDown = new TreeMap<>();
    private String degraded;
    private long now = 1_000_000;

    Reports() {
        node("n1", "life", NodeState.READY, /* member= */ true);
    }

    Reports node(String route, String incarnation, NodeState state, boolean member) {
        URI url = URI.create("http://127.0.0.1:8080");
        nodes.put(route, new Node(route, incarnation, url, state, 1, 0, 0, "1", member));
        return this;
    }

    Reports without(String route) {
        nodes.remove(route);
        suspects.remove(route);
        return this;
    }

    Reports suspect(String route) {
        suspects.add(route);
        return this;
    }

    Reports heldDown(String route, long millis) {
        heldDown.put(route, millis);
        return suspect(route);
    }

    Reports degraded(String reason) {
        degraded = reason;
        return this;
    }

    Reports requests(long count) {
        verdicts.merge("H", count, Long::sum);
        return this;
    }

    Reports repins(long count) {
        verdicts.merge("R", count, Long::sum);
        return this;
    }

    StatusReport next() {
        now += 1000;
        ClusterView view = ClusterView.of("n1", NodeState.READY, List.copyOf(nodes.values()), suspects, Set.of());
        return new StatusReport(
                now,
                new StatusReport.Self("n1", "peer", "life", "1", "c<l>", 1_000_000, now - 1_000_000, degraded),
                view,
                new StatusReport.Load(1, 2, Hops.NONE, 0, 0, 0),
                Map.of(),
                new TreeMap<>(heldDown),
                new StatusReport.Counters(
                        new TreeMap<>(verdicts),
                        new TreeMap<>(Map.of("DONE", 0L)),
                        new AffinityRecorder().hopTimes(),
                        new EnumMap<>(StatusReport.Counter.class)),
                null);
    }
}
