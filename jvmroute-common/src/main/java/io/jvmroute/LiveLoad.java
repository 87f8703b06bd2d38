package io.jvmroute;

import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.policy.NodeLoad;
import io.jvmroute.record.AffinityRecorder;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

/**
 * What balancing knows of the nodes at the moment.
 *
 * <p>Requests: this node counts its own; of another it knows those that it forwards there itself and, as a peer, what that node said of
 * itself last. A frontend carries all of its clients' requests and needs no figure that is a second old. Sessions: what the node said last
 * and what was sent there since. Thread-safe.
 */
final class LiveLoad implements NodeLoad {
    private final String selfRoute;
    private final ToIntFunction<Node> forwards;
    private final AffinityRecorder recorder;
    private final Placements placements;
    private final SlowStart slowStart;

    /**
     * Nothing known yet.
     *
     * @param forwards how many forwards to a node run
     */
    LiveLoad(AffinityConfig config, ToIntFunction<Node> forwards, AffinityRecorder recorder, LongSupplier nanoTime) {
        selfRoute = config.route() == null ? "" : config.route();
        this.forwards = forwards;
        this.recorder = recorder;
        placements = new Placements(nanoTime);
        slowStart = new SlowStart(config.slowStart(), nanoTime);
    }

    @Override
    public int requests(Node node) {
        if (node.route().equals(selfRoute)) {
            return recorder.inService();
        }
        int carried = forwards.applyAsInt(node);
        return selfRoute.isEmpty() ? carried : Math.max(carried, node.inFlight());
    }

    @Override
    public int sessions(Node node) {
        return node.sessions() + placements.recent(node.route());
    }

    @Override
    public int warmth(Node node) {
        return slowStart.warmth(node);
    }

    /** Takes note of where a request without a home went: it may begin a session there. */
    void placed(String route) {
        placements.add(route, 1);
    }

    /** Takes back what {@link #placed} noted a moment ago: it went elsewhere, where it had a home. */
    void notPlaced(String route) {
        placements.add(route, -1);
    }

    /** Takes note of the nodes that are ready now; called about once a second. */
    void observe(ClusterView view) {
        slowStart.observe(view.ready());
        placements.retain(view.nodes());
    }
}
