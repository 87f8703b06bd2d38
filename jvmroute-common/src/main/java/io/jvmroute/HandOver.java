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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives sessions of this node to others: the pin moves, and the next request is served there. A node that drains gives all to the choices of the hash, on
 * which all nodes agree.
 *
 * <p>A session goes while no request is in it and its data can be read elsewhere. Used by one thread.
 */
final class HandOver {
    private static final System.Logger LOG = System.getLogger(JvmRoute.class.getName());
    private static final int MOST_UNDER_WAY = 1000;

    private final String route;
    private final OwnedSessions owned;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong gone = new AtomicLong();
    private long begun;
    private final Set<AffinityKey> staying = new HashSet<>(); // tried in vain
    private final Set<String> named = new HashSet<>();

    HandOver(String route, OwnedSessions owned) {
        this.route = route;
        this.owned = owned;
    }

    /** Sends off what can go now to those that {@code view} shows as ready. Waits for session stores, not for the grid. */
    void round(SessionHost host, ClusterView view) {
        List<Node> ready = view.ready();
        if (!ready.isEmpty()) {
            round(host, pin -> Rendezvous.choose(pin.key(), ready), MOST_UNDER_WAY);
        }
    }

    /**
     * Sends off what can go now to its heir.
     *
     * @param heirs tells it, or null for a session that is to stay
     * @param most how many are under way at once
     */
    void round(SessionHost host, Function<OwnedPin, @Nullable Node> heirs, int most) {
        host.forEach((id, pin) -> {
            if (!Thread.currentThread().isInterrupted() && underWay.get() < most && !staying.contains(pin.key())) {
                Node heir = heirs.apply(pin);
                if (heir != null) {
                    send(host, id, pin, heir);
                }
            }
        });
    }

    private void send(SessionHost host, String id, OwnedPin pin, Node heir) {
        SessionHost.Release release = SessionHost.Release.STAYS;
        try {
            if (!pin.tryRelease()) {
                return;
            }
            release = host.release(id, pin::tryDepart, this::name);
        } catch (RuntimeException
                | StackOverflowError
                | LinkageError e) { // of whatever store, and the others are to go
            LOG.log(System.Logger.Level.WARNING, "a session can't be handed over", e);
        }
        if (release == SessionHost.Release.STAYS) {
            staying.add(pin.key());
        }
        if (release != SessionHost.Release.RELEASED) {
            pin.stay();
            return;
        }
        underWay.incrementAndGet();
        begun++;
        var unused = owned.handOver(pin, heir.route()).whenComplete((went, failure) -> {
            if (Boolean.TRUE.equals(went)) {
                gone.incrementAndGet();
            }
            underWay.decrementAndGet();
        });
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

    /** How many moves have been begun. */
    long begun() {
        return begun;
    }

    /** How many sessions have gone. */
    long gone() {
        return gone.get();
    }

    /** Tries again what stayed: its data may be others by now. */
    void tryAllAgain() {
        staying.clear();
    }

    /** How many sessions can't be handed over. */
    int staying() {
        return staying.size();
    }
}
