package io.jvmroute.record;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Pin;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A session that this node serves, as far as its pin is concerned. Containers keep it beside their session, so that the home path finds
 * out with two loads that nothing is to do.
 *
 * <pre>
 * DUE --(sent)--> STATING --(stored)--> STATED --(renewal due, merge)--> DUE
 *  ^                 ^ |                    |
 *  |                 | +--(session ended)---+--> ENDED     stored pin names another node: LOST; idle for too long: EXPIRED
 *  +---(unheard of)-- AWAITED --(heard that it was moved here)
 * </pre>
 *
 * <p>Request threads and threads of the grid change it at once: every step is a compare-and-set, and none leaves ENDED, LOST or EXPIRED.
 *
 * <p>Requests that are counted {@link #tryEnter in} keep the session here. While none is, it may {@link #tryRelease be released}, which the next request calls off; once its data
 * can be read elsewhere it {@link #tryDepart departs}, and lets no request in until it {@link #stay stays} after all.
 */
public final class OwnedPin {
    /** What the grid knows of it. */
    enum Phase {
        AWAITED,
        DUE,
        STATING,
        STATED,
        ENDED,
        LOST,
        EXPIRED
    }

    private static final AtomicReferenceFieldUpdater<OwnedPin, Phase> PHASE =
            AtomicReferenceFieldUpdater.newUpdater(OwnedPin.class, Phase.class, "phase");

    private static final AtomicIntegerFieldUpdater<OwnedPin> INSIDE =
            AtomicIntegerFieldUpdater.newUpdater(OwnedPin.class, "inside");
    private static final int DEPARTED = -1;
    private static final int RELEASING = -2;

    private final AffinityKey key;
    private volatile Duration timeToLive;
    private volatile Phase phase;
    private volatile long epoch;
    private volatile long renewAtNanos;
    private volatile boolean acknowledged; // the grid has stored it once
    private volatile @Nullable String home;
    private volatile int inside; // requests, RELEASING or DEPARTED
    private volatile @Nullable OwnedPin former; // of the same session, under another id

    OwnedPin(AffinityKey key, long epoch, Duration timeToLive, Phase first) {
        this.key = key;
        this.epoch = epoch;
        this.timeToLive = timeToLive;
        this.phase = first;
    }

    /** The session. */
    public AffinityKey key() {
        return key;
    }

    /** The epoch of this node's tenure, as far as it is known. */
    public long epoch() {
        return epoch;
    }

    /** The node where the session began, as the grid knows it; null if it does not. */
    public @Nullable String home() {
        return home;
    }

    /** Whether this node owns the session no longer, as far as it knows: another one does, or it was idle for too long. */
    public boolean isLost() {
        Phase now = phase;
        return now == Phase.LOST || now == Phase.EXPIRED;
    }

    /**
     * Whether another node took the session, after the grid had this one for its owner, and without its being handed over: what lies here is older than what that node has. Who lost
     * it in the same moment as it came, to a word about its last owner that was under way, may hold all that there is.
     */
    public boolean isTaken() {
        return phase == Phase.LOST && acknowledged && !isDeparting();
    }

    /**
     * A request of the session begins here: {@link #leave} ends it.
     *
     * @return false if the session is on its way to another node, or there
     */
    public boolean tryEnter() {
        int before = INSIDE.getAndUpdate(this, now -> now == DEPARTED ? now : Math.max(now, 0) + 1);
        return before != DEPARTED;
    }

    /** A request that was let in is over. */
    public void leave() {
        INSIDE.getAndDecrement(this);
    }

    /** The session had another id, with this pin: requests that came with that one keep it here too. */
    public void follows(OwnedPin renamed) {
        if (renamed != this) {
            former = renamed;
            renamed.forgetUnusedFormer(); // not that one: a request that has found it may be about to enter
        }
    }

    private boolean isUsedByFormerId() {
        forgetUnusedFormer();
        return former != null;
    }

    /** Nobody comes with those ids any more: as many are kept as requests are under way, however often the id changes. */
    private void forgetUnusedFormer() {
        OwnedPin last = this;
        for (OwnedPin next = former; next != null; next = next.former) {
            if (next.inside > 0) {
                last.former = next;
                last = next;
            }
        }
        last.former = null;
    }

    /** Whether the session is on its way to another node, or there: it lets no request in. */
    public boolean isDeparting() {
        return inside == DEPARTED;
    }

    /** Begins the session's way to another node; false while a request is in it, or the grid does not know of it yet. */
    public boolean tryRelease() {
        return phase == Phase.STATED && !isUsedByFormerId() && INSIDE.compareAndSet(this, 0, RELEASING);
    }

    /** Goes on with it, the data being where others can read them; false if a request has come in meanwhile. */
    public boolean tryDepart() {
        return INSIDE.compareAndSet(this, RELEASING, DEPARTED);
    }

    /** The session does not go after all. */
    public void stay() {
        INSIDE.updateAndGet(this, now -> Math.max(now, 0));
    }

    /** How long the pin is to live without being stated again; zero: for ever. */
    public Duration timeToLive() {
        return timeToLive;
    }

    Phase phase() {
        return phase;
    }

    /** Takes the step unless the pin is elsewhere by now. */
    boolean advance(Phase from, Phase to) {
        return PHASE.compareAndSet(this, from, to);
    }

    /** Makes the pin due again; false if it is, or if its session ended or moved away. */
    boolean restate() {
        Phase before = PHASE.getAndUpdate(this, now -> isFinal(now) ? now : Phase.DUE);
        return before != Phase.DUE && !isFinal(before);
    }

    /** Comes to {@code last}, one of the final ones; false if it had come to one. */
    boolean finish(Phase last) {
        Phase before = PHASE.getAndUpdate(this, now -> isFinal(now) ? now : last);
        return !isFinal(before);
    }

    private static boolean isFinal(Phase phase) {
        return phase == Phase.ENDED || phase == Phase.LOST || phase == Phase.EXPIRED;
    }

    void stated(Pin stored, long nowNanos) {
        epoch = stored.epoch();
        home = stored.firstOwner();
        renewAtNanos = nowNanos + timeToLive.toNanos() / 3;
        if (advance(Phase.STATING, Phase.STATED)) {
            acknowledged = true;
        }
    }

    /** Whether a living session's pin should be prolonged; one without time to live never is. */
    boolean isRenewalDue(long nowNanos) {
        return phase == Phase.STATED && !timeToLive.isZero() && nowNanos - renewAtNanos >= 0;
    }

    /** Takes another time to live, which the grid is to be told; false if it has this one. */
    boolean changeTimeToLive(Duration needed) {
        boolean changes = !timeToLive.equals(needed);
        if (changes) {
            timeToLive = needed;
        }
        return changes;
    }

    /** Whether its time is over: its session was not served for longer than it may idle. */
    boolean isExpired(long nowNanos) {
        return phase == Phase.STATED
                && !timeToLive.isZero()
                && nowNanos - renewAtNanos >= timeToLive.toNanos() - timeToLive.toNanos() / 3;
    }
}
