package io.jvmroute;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.Rendezvous;
import io.jvmroute.record.OwnedPin;
import io.jvmroute.record.OwnedSessions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives the sessions of a node that drains to the nodes that are ready: the pin moves to the choice of the hash, on which all nodes agree, and the
 * next request is served there.
 *
 * <p>A session goes while no request is in it and its data can be read elsewhere. Used by one thread.
 */
final class HandOver {
    private static final System.Logger LOG = System.getLogger(JvmRoute.class.getName());
    private static final int MOST_UNDER_WAY = 1000;

    private final String route;
    private final OwnedSessions owned;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Set<AffinityKey> staying = new HashSet<>(); // tried in vain in this drain
    private final Set<String> named = new HashSet<>();

    HandOver(String route, OwnedSessions owned) {
        this.route = route;
        this.owned = owned;
    }

    /** Sends off what can go now to those that {@code view} shows as ready. Waits for session stores, not for the grid. */
    void round(SessionHost host, ClusterView view) {
        List<Node> ready = view.ready();
        if (!ready.isEmpty()) {
            host.forEach((id, pin) -> {
                if (!Thread.currentThread().isInterrupted()
                        && underWay.get() < MOST_UNDER_WAY
                        && !staying.contains(pin.key())
                        && pin.tryRelease()) {
                    send(host, id, pin, ready);
                }
            });
        }
    }

    private void send(SessionHost host, String id, OwnedPin pin, List<Node> ready) {
        SessionHost.Release release = SessionHost.Release.STAYS;
        try {
            release = host.release(id, this::name);
        } catch (RuntimeException
                | StackOverflowError
                | LinkageError e) { // of whatever store, and the others are to go
            LOG.log(System.Logger.Level.WARNING, "a session can't be handed over", e);
        }
        Node target = release == SessionHost.Release.RELEASED ? Rendezvous.choose(pin.key(), ready) : null;
        if (release == SessionHost.Release.STAYS) {
            staying.add(pin.key());
        }
        if (target == null || !pin.tryDepart()) {
            pin.stay();
            return;
        }
        underWay.incrementAndGet();
        var unused = owned.handOver(pin, target.route()).whenComplete((gone, failure) -> underWay.decrementAndGet());
    }

    private void name(String type) {
        if (named.add(type)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "route={0} sessions with attributes of {1} can''t be handed over: it is not serializable",
                    route,
                    type);
        }
    }

    /** Whether moves have been begun that have not ended. */
    boolean isUnderWay() {
        return underWay.get() > 0;
    }

    /** How many sessions can't be handed over. */
    int staying() {
        return staying.size();
    }
}
