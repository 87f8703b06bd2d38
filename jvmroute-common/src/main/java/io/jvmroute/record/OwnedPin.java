package io.jvmroute.record;

import io.jvmroute.affinity.AffinityKey;
import java.time.Duration;

/**
 * A session that this node serves, as far as its pin is concerned. Containers keep it beside their session, so that the home path finds
 * out with two loads that nothing is to do.
 *
 * <pre>
 * DUE --(sent)--> STATING --(stored)--> STATED --(renewal due, merge)--> DUE
 *                    |                      |
 *                    +---(session ended)----+--> ENDED     stored pin names another node: LOST
 * </pre>
 */
public final class OwnedPin {
    /** What the grid knows of it. */
    enum Phase {
        DUE,
        STATING,
        STATED,
        ENDED,
        LOST
    }

    private final AffinityKey key;
    private final Duration timeToLive;
    private volatile Phase phase = Phase.DUE;
    private volatile long epoch;
    private volatile long renewAtNanos;

    OwnedPin(AffinityKey key, long epoch, Duration timeToLive) {
        this.key = key;
        this.epoch = epoch;
        this.timeToLive = timeToLive;
    }

    /** The session. */
    public AffinityKey key() {
        return key;
    }

    /** The epoch of this node's tenure, as far as it is known. */
    public long epoch() {
        return epoch;
    }

    /** Whether the grid said that another node owns the session by now. */
    public boolean isLost() {
        return phase == Phase.LOST;
    }

    Duration timeToLive() {
        return timeToLive;
    }

    Phase phase() {
        return phase;
    }

    void phase(Phase next) {
        phase = next;
    }

    void epoch(long known) {
        epoch = known;
    }

    void stated(long storedEpoch, long nowNanos) {
        epoch = storedEpoch;
        renewAtNanos = nowNanos + timeToLive.toNanos() / 3;
        phase = Phase.STATED;
    }

    /** Whether a living session's pin should be prolonged; one without time to live never is. */
    boolean isRenewalDue(long nowNanos) {
        return phase == Phase.STATED && !timeToLive.isZero() && nowNanos - renewAtNanos >= 0;
    }
}
