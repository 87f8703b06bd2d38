package io.jvmroute.record;

import io.jvmroute.forward.ForwardResult;
import io.jvmroute.policy.Verdict;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counts verdicts and the ends of forwards. Thread-safe; counting takes no lock and allocates nothing. */
public final class AffinityRecorder {
    private final Map<Verdict, LongAdder> verdicts = adders(Verdict.class);
    private final Map<ForwardResult.Outcome, LongAdder> outcomes = adders(ForwardResult.Outcome.class);
    private final LongAdder forgedHops = new LongAdder();
    private final LongAdder hopsReceived = new LongAdder();
    private final LongAdder serving = new LongAdder();
    private final HopTimes hopTimes = new HopTimes();

    /** Complete and never changed: safe to read from all threads. */
    private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> type) {
        Map<E, LongAdder> adders = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            adders.put(constant, new LongAdder());
        }
        return adders;
    }

    private static <E> LongAdder of(Map<E, LongAdder> adders, E constant) {
        return Objects.requireNonNull(adders.get(constant));
    }

    /** One request was decided; called once for each request that a client sent here. */
    public void decided(Verdict verdict) {
        of(verdicts, verdict).increment();
    }

    /**
     * One forward came to its end; a redispatched request has several.
     *
     * @param nanos how long it took
     */
    public void forwarded(ForwardResult.Outcome outcome, long nanos) {
        of(outcomes, outcome).increment();
        hopTimes.record(nanos);
    }

    /** One request arrived by a verified hop. */
    public void hopReceived() {
        hopsReceived.increment();
    }

    /** One request came with a hop header that does not verify. */
    public void hopForged() {
        forgedHops.increment();
    }

    /** A thread begins to work on a request in the application of this node; {@link #served} ends it. */
    public void serving() {
        serving.increment();
    }

    /** The thread has come back from the application. */
    public void served() {
        serving.decrement();
    }

    /** How many requests the threads of this node work on, without those that wait asynchronously. */
    public int inService() {
        return Math.max(0, serving.intValue());
    }

    /** How many requests had the verdict since the start. */
    public long count(Verdict verdict) {
        return of(verdicts, verdict).sum();
    }

    /** How many forwards ended so since the start. */
    public long count(ForwardResult.Outcome outcome) {
        return of(outcomes, outcome).sum();
    }

    /** How long forwards took since the start. */
    public HopTimes.Snapshot hopTimes() {
        return hopTimes.snapshot();
    }

    /** How many requests came by a verified hop since the start. */
    public long hopsReceived() {
        return hopsReceived.sum();
    }

    /** How many hop headers did not verify since the start. */
    public long forgedHops() {
        return forgedHops.sum();
    }

    /** All verdicts with their counts. */
    public Map<Verdict, Long> verdicts() {
        Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            counts.put(verdict, count(verdict));
        }
        return counts;
    }
}
