package io.jvmroute;

import io.jvmroute.affinity.Claim;
import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.PinTable;
import io.jvmroute.forward.ForwardResult;
import io.jvmroute.forward.Forwards;
import io.jvmroute.forward.PoolStatistics;
import io.jvmroute.policy.Verdict;
import io.jvmroute.record.AffinityRecorder;
import io.jvmroute.record.OwnedSessions;
import io.jvmroute.status.StatusNode;
import io.jvmroute.status.StatusReport;
import io.jvmroute.status.StatusReport.Counter;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects what the status shows of a node, and follows its drains. Thread-safe. */
final class StatusBoard implements StatusNode {
    private final JvmRoute jvmRoute;
    private final Incarnation incarnation;
    private final Membership membership;
    private final Drain drain;
    private final Forwards forwarder;
    private final PinTable pins;
    private final @Nullable RouteCookies cookies;
    private final String version =
            Objects.requireNonNullElse(StatusBoard.class.getPackage().getImplementationVersion(), "");
    private final long startedAt = System.currentTimeMillis();
    private final long startNanos = System.nanoTime();
    private int drains;
    private @Nullable DrainStart letsGo;

    /** How it was when the node began to let go of its sessions; {@code stopAt} is null until it stops. */
    private record DrainStart(
            long at,
            int sessions,
            long handedOver,
            @Nullable Long stopAt) {}

    StatusBoard(
            JvmRoute jvmRoute,
            Incarnation incarnation,
            Membership membership,
            Drain drain,
            Forwards forwarder,
            PinTable pins) {
        this.jvmRoute = jvmRoute;
        this.incarnation = incarnation;
        this.membership = membership;
        this.drain = drain;
        this.forwarder = forwarder;
        this.pins = pins;
        cookies = jvmRoute.router().sources().cookies();
    }

    @Override
    public StatusReport report() {
        long now = System.currentTimeMillis();
        ClusterView view = jvmRoute.view();
        OwnedSessions owned = jvmRoute.owned();
        StatusReport.Load load = new StatusReport.Load(
                owned.size(),
                jvmRoute.recorder().inService(),
                hops(forwarder.inFlight(), forwarder.statistics()),
                forwarder.openTunnels(),
                pins.size(),
                owned.backlog());
        StatusReport.Drain letting = drain(now, view.selfState(), owned);
        return new StatusReport(now, self(), view, load, hops(view), heldDown(view), counters(owned), letting);
    }

    private StatusReport.Self self() {
        AffinityConfig config = jvmRoute.config();
        return new StatusReport.Self(
                config.route() == null ? "" : config.route(),
                config.mode().name().toLowerCase(Locale.ROOT),
                incarnation.id(),
                version,
                config.clusterName(),
                startedAt,
                (System.nanoTime() - startNanos) / 1_000_000,
                membership.degradedReason());
    }

    private Map<String, StatusReport.Hops> hops(ClusterView view) {
        Map<String, StatusReport.Hops> hops = new HashMap<>();
        for (Node node : view.nodes()) {
            hops.put(node.route(), hops(forwarder.inFlight(node), forwarder.statistics(node)));
        }
        return hops;
    }

    private Map<String, Long> heldDown(ClusterView view) {
        Map<String, Long> held = new HashMap<>();
        for (Node node : view.nodes()) {
            long millis = view.isSuspect(node.route()) ? jvmRoute.heldDown(node).toMillis() : 0;
            if (millis > 0) {
                held.put(node.route(), millis);
            }
        }
        return held;
    }

    private static StatusReport.Hops hops(int inFlight, PoolStatistics connections) {
        return new StatusReport.Hops(inFlight, connections.open(), connections.idle());
    }

    private StatusReport.Counters counters(OwnedSessions owned) {
        AffinityRecorder recorder = jvmRoute.recorder();
        SortedMap<String, Long> verdicts = new TreeMap<>();
        for (Verdict verdict : Verdict.values()) {
            verdicts.put(verdict.text(), recorder.count(verdict));
        }
        SortedMap<String, Long> forwards = new TreeMap<>();
        for (ForwardResult.Outcome outcome : ForwardResult.Outcome.values()) {
            forwards.put(outcome.name(), recorder.count(outcome));
        }
        Map<Counter, Long> others = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            others.put(counter, count(counter, recorder, owned));
        }
        return new StatusReport.Counters(verdicts, forwards, recorder.hopTimes(), others);
    }

    private long count(Counter counter, AffinityRecorder recorder, OwnedSessions owned) {
        return switch (counter) {
            case HOPS_RECEIVED -> recorder.hopsReceived();
            case HOPS_FORGED -> recorder.forgedHops();
            case SESSIONS_HANDED_OVER -> owned.handedOver();
            case SESSIONS_LOST -> owned.lost();
            case DRAINS -> drains();
            case PINS_OVERFLOW -> pins.overflow();
            case COOKIES_ISSUED -> cookies == null ? 0 : cookies.issued();
            case COOKIES_REFUSED -> cookies == null ? 0 : cookies.refused();
            case COOKIES_EXPIRED -> cookies == null ? 0 : cookies.expired();
        };
    }

    private synchronized int drains() {
        return drains;
    }

    /** Notices here when a drain begins and ends, whoever asked for it. */
    private synchronized StatusReport.@Nullable Drain drain(long now, NodeState state, OwnedSessions owned) {
        boolean leaving = state == NodeState.DRAINING || state == NodeState.MAINTENANCE;
        DrainStart start = letsGo;
        if (!leaving) {
            letsGo = null;
            return null;
        }
        if (start == null) {
            drains++;
            start = new DrainStart(now, owned.size(), owned.handedOver(), /* stopAt= */ null);
        }
        boolean stopping = drain.isStopping();
        if (stopping && start.stopAt() == null) {
            long stopAt = now + jvmRoute.config().drainTimeout().toMillis();
            start = new DrainStart(start.at(), start.sessions(), start.handedOver(), stopAt);
        }
        letsGo = start;
        return new StatusReport.Drain(
                start.at(), stopping, start.stopAt(), start.sessions(), owned.handedOver() - start.handedOver());
    }

    @Override
    public Map<String, String> explain(@Nullable String sessionId) {
        Explanation explanation = jvmRoute.explain(Claim.ofSession(sessionId));
        Map<String, String> members = new LinkedHashMap<>();
        members.put("source", explanation.source());
        members.put("verdict", explanation.verdict());
        members.put("owner", explanation.owner());
        members.put("why", explanation.why());
        return members;
    }

    @Override
    public void change(Action action) {
        switch (action) {
            case DRAIN -> jvmRoute.drain();
            case READY -> jvmRoute.ready();
            case MAINTENANCE -> jvmRoute.maintenance();
        }
    }
}
