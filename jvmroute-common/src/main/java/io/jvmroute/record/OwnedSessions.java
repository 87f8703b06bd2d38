package io.jvmroute.record;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.PinTable;
import io.jvmroute.record.OwnedPin.Phase;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that this node serves, and the statements of that in the grid.
 *
 * <p>Only a node that served a request of a session states a pin for it: copies that a replicating session store keeps elsewhere are not
 * owners. Statements leave on the given executor, never on the request thread; while the grid is lost they wait here. Thread-safe.
 */
public final class OwnedSessions {
    /** A pin outlives its session by this much, so that the session's own end removes it and not the clock. */
    private static final Duration MARGIN = Duration.ofMinutes(2);

    /** How long the word that a session was moved here may take; its new owner states it then. */
    private static final Duration HEARSAY = Duration.ofSeconds(2);

    private final String route;
    private final PinTable moved;
    private final LongSupplier nanoTime;
    private final Executor writer;
    private final ConcurrentHashMap<AffinityKey, OwnedPin> owned = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<OwnedPin> due = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Awaited> awaited = new ConcurrentLinkedQueue<>();
    private final Arrivals arrivals;
    private final AtomicBoolean writing = new AtomicBoolean();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong handedOver = new AtomicLong();
    private volatile @Nullable Grid grid;

    private record Awaited(OwnedPin pin, long untilNanos) {}

    /**
     * No sessions yet.
     *
     * @param route this node
     * @param moved where moved pins are mirrored
     * @param nanoTime a monotonic clock
     * @param writer runs the statements, one after the other
     */
    public OwnedSessions(String route, PinTable moved, LongSupplier nanoTime, Executor writer) {
        this.route = route;
        this.moved = moved;
        this.nanoTime = nanoTime;
        this.writer = writer;
        arrivals = new Arrivals(nanoTime.getAsLong());
    }

    /** Uses {@code joined} from now on (null: none), and states all sessions there. */
    public void use(@Nullable Grid joined) {
        grid = joined;
        if (joined != null) {
            restateAll();
        }
    }

    /**
     * This node has served a request of the session for the first time, or the session's timeout has changed since.
     *
     * <p>Where the pin was moved here by whoever sent that request, nothing is written: the grid tells all members of it, which may come later than the request.
     *
     * @param key the session
     * @param movedHere whether its id came with the route of another node
     * @param timeout how long the session lives without requests; zero or less: for ever
     */
    public OwnedPin served(AffinityKey key, boolean movedHere, Duration timeout) {
        Duration timeToLive = timeToLive(timeout);
        return served(key, movedHere, timeToLive, isAwaited(key, movedHere) ? Phase.AWAITED : Phase.DUE);
    }

    /** The same for a session that began on this node, with an id that does not name it: nobody has moved its pin here. */
    public OwnedPin begun(AffinityKey key, Duration timeout) {
        return served(key, /* movedHere= */ true, timeToLive(timeout), Phase.DUE);
    }

    private OwnedPin served(AffinityKey key, boolean movedHere, Duration timeToLive, Phase first) {
        OwnedPin known = owned.get(key);
        if (known == null || known.isLost()) {
            OwnedPin made = new OwnedPin(key, epochHere(key, movedHere), timeToLive, first);
            known = owned.merge(key, made, (old, now) -> old.isLost() ? now : old);
            if (known == made) {
                begin(made, first);
                return made;
            }
        }
        if (known.changeTimeToLive(timeToLive) && known.restate()) { // the same pin: requests are counted in it
            enqueue(known);
        }
        return known;
    }

    /** Whether the grid holds all that this node would state of the session, as soon as it is heard that it was moved here. */
    private boolean isAwaited(AffinityKey key, boolean movedHere) {
        Grid joined = grid;
        if (joined == null || !joined.isJoined()) {
            return false;
        }
        Pin known = moved.find(key);
        return known == null ? movedHere : known.route().equals(route);
    }

    private void begin(OwnedPin made, Phase first) {
        if (first == Phase.DUE) {
            enqueue(made);
            return;
        }
        awaited.add(new Awaited(made, nanoTime.getAsLong() + HEARSAY.toNanos()));
        Pin arrived = arrivals.take(made.key());
        if (arrived != null) {
            heard(made, arrived);
        }
    }

    private void heard(OwnedPin pin, Pin stored) {
        if (stored.epoch() < pin.epoch()) {
            return; // an earlier tenure
        }
        if (!stored.lives(pin.timeToLive())) {
            if (pin.advance(Phase.AWAITED, Phase.DUE)) {
                enqueue(pin);
            }
        } else if (pin.advance(Phase.AWAITED, Phase.STATING)) {
            pin.stated(stored, nanoTime.getAsLong());
        }
    }

    /** The grid says that the session was moved to this node, just now. */
    public void movedHere(AffinityKey key, Pin stored) {
        if (!owned.containsKey(key)) {
            arrivals.add(key, stored);
        }
        OwnedPin pin = owned.get(key); // which may have been made meanwhile
        if (pin != null) {
            arrivals.take(key);
            heard(pin, stored);
        }
    }

    /** The grid says that the session has no pin any more. */
    public void pinEnded(AffinityKey key) {
        arrivals.take(key);
    }

    /**
     * Forgets the sessions that were not served for longer than they may idle: those that end where nobody tells, as a passivating
     * manager's on disk do. Their pins have expired by themselves.
     */
    public void forgetExpired() {
        long now = nanoTime.getAsLong();
        arrivals.age(now);
        for (OwnedPin pin : owned.values()) {
            if (pin.isExpired(now) && pin.finish(Phase.EXPIRED)) {
                owned.remove(pin.key(), pin);
            }
        }
    }

    /** Half as much again as the timeout: a session may be served last just before a third of the time has gone. */
    private static Duration timeToLive(Duration timeout) {
        return timeout.isNegative() || timeout.isZero()
                ? Duration.ZERO
                : timeout.multipliedBy(3).dividedBy(2).plus(MARGIN);
    }

    private long epochHere(AffinityKey key, boolean movedHere) {
        Pin known = moved.find(key);
        if (known == null) {
            return movedHere ? Pin.FIRST_EPOCH + 1 : Pin.FIRST_EPOCH;
        }
        return known.epoch(); // if it names another node, the stored pin wins and this copy is lost
    }

    /** This node has served a further request: prolongs the pin when a third of its time has gone. Allocates nothing else. */
    public void servedAgain(OwnedPin pin) {
        if (pin.isRenewalDue(nanoTime.getAsLong()) && pin.advance(Phase.STATED, Phase.DUE)) {
            enqueue(pin);
        }
    }

    /** The session ended on this node. Ends its pin in the grid too, if it still names this node. */
    public void ended(OwnedPin pin) {
        owned.remove(pin.key(), pin);
        if (pin.finish(Phase.ENDED)) {
            moved.forget(pin.key());
            enqueue(pin);
        }
    }

    /**
     * A session ended on this node, or got another id, in the very request that brought it here: nothing was stated yet. Ends the pin of its last owner, or the
     * one that whoever sent that request has moved here; it is taken over first, so that of a later owner stays.
     */
    public void endedUnstated(AffinityKey key) {
        Grid joined = grid;
        if (joined == null || !joined.isJoined()) {
            return;
        }
        Pin known = moved.find(key);
        long epoch = known == null || known.route().equals(route) ? epochHere(key, true) : known.epoch() + 1;
        moved.forget(key);
        writer.execute(() -> {
            var unused = joined.own(key, new Pin(route, epoch), MARGIN).thenCompose(stored -> joined.end(key, route));
        });
    }

    /**
     * The grid says that the session belongs to another node.
     *
     * @param stored the pin that says so; one from before this node's tenure, such as that of an owner who is gone, came late and says nothing
     */
    public void movedAway(AffinityKey key, Pin stored) {
        arrivals.take(key);
        OwnedPin pin = owned.get(key);
        if (pin != null && stored.epoch() >= pin.epoch()) {
            lose(pin);
        }
    }

    private void lose(OwnedPin pin) {
        owned.remove(pin.key(), pin);
        if (pin.finish(Phase.LOST)) {
            (pin.isDeparting() ? handedOver : lost).incrementAndGet();
        }
    }

    /**
     * Moves the pin of a session that {@linkplain OwnedPin#tryDepart departs} to another node; it stays where the grid gives no answer.
     *
     * @param toRoute that node
     * @return whether the session has gone; completes on a thread of the grid
     */
    public CompletionStage<Boolean> handOver(OwnedPin pin, String toRoute) {
        Grid joined = grid;
        if (joined == null || !joined.isJoined()) {
            pin.stay();
            return CompletableFuture.completedFuture(false);
        }
        return joined.repin(pin.key(), new Pin(route, pin.epoch()), toRoute, pin.timeToLive())
                .handle((stored, failure) -> {
                    if (failure != null || stored == null || stored.route().equals(route)) {
                        pin.stay();
                        if (failure == null && pin.restate()) { // the grid knows of another epoch, or of none
                            enqueue(pin);
                        }
                        return false;
                    }
                    moved.adopt(pin.key(), stored); // first: who finds the session gone looks where it is
                    lose(pin);
                    return true;
                });
    }

    /** Whether this node serves the session, as far as it has served a request of it. */
    public boolean contains(AffinityKey key) {
        return owned.containsKey(key);
    }

    /** States every session again: after joining and after a merge, this node's own word counts. */
    public void restateAll() {
        for (OwnedPin pin : owned.values()) {
            if (pin.restate()) {
                due.add(pin);
            }
        }
        flush();
    }

    /** Sends what is due, for instance what could not be sent before. */
    public void flush() {
        stateUnheardOf();
        if (!due.isEmpty() && writing.compareAndSet(false, true)) {
            writer.execute(this::write);
        }
    }

    /** Where no word came that a session was moved here, this node says so itself. */
    private void stateUnheardOf() {
        for (Awaited next = awaited.peek(); next != null && isOver(next); next = awaited.peek()) {
            if (awaited.remove(next) && next.pin().advance(Phase.AWAITED, Phase.DUE)) {
                due.add(next.pin());
            }
        }
    }

    private boolean isOver(Awaited one) {
        return one.pin().phase() != Phase.AWAITED || nanoTime.getAsLong() - one.untilNanos() >= 0;
    }

    private void enqueue(OwnedPin pin) {
        due.add(pin);
        flush();
    }

    private void write() {
        writing.set(false);
        Grid joined = grid;
        if (joined == null || !joined.isJoined()) {
            dropEnded();
            return;
        }
        for (int count = due.size(); count > 0; count--) { // what is added meanwhile has a run of its own
            OwnedPin pin = due.poll();
            if (pin == null) {
                return;
            }
            if (pin.phase() == Phase.ENDED) {
                end(joined, pin);
            } else if (pin.advance(Phase.DUE, Phase.STATING)) {
                state(joined, pin);
            }
        }
    }

    private void end(Grid joined, OwnedPin pin) {
        joined.end(pin.key(), route).whenComplete((done, failure) -> {
            if (failure != null) {
                due.add(pin); // for the next flush
            }
        });
    }

    /** Without a grid there is nobody to tell; the time to live takes care of what an earlier grid still holds. */
    private void dropEnded() {
        for (Iterator<OwnedPin> pins = due.iterator(); pins.hasNext(); ) {
            if (pins.next().phase() == Phase.ENDED) {
                pins.remove();
            }
        }
    }

    private void state(Grid joined, OwnedPin pin) {
        joined.own(pin.key(), new Pin(route, pin.epoch()), pin.timeToLive()).whenComplete((stored, failure) -> {
            if (failure == null) {
                stored(pin, stored);
            } else if (pin.advance(Phase.STATING, Phase.DUE)) {
                due.add(pin); // for the next flush
            }
            if (pin.phase() == Phase.ENDED) {
                enqueue(pin); // it ended while the statement was under way: end it after all
            }
        });
    }

    private void stored(OwnedPin pin, Pin stored) {
        moved.adopt(pin.key(), stored);
        if (stored.route().equals(route)) {
            pin.stated(stored, nanoTime.getAsLong());
        } else {
            lose(pin);
        }
    }

    /** How many sessions this node serves. */
    public int size() {
        return owned.size();
    }

    /** How many statements have not reached the grid; with those that it may have by another's word, for as long as that is awaited. */
    public int backlog() {
        return due.size() + awaited.size();
    }

    /** How many sessions were handed over to other nodes. */
    public long handedOver() {
        return handedOver.get();
    }

    /** How many sessions moved away while this node held them. */
    public long lost() {
        return lost.get();
    }
}
