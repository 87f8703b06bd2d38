package io.jvmroute.hazelcast;

import com.hazelcast.map.IMap;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * This node's own entry: written at once when its state changes or another life has overwritten it, at most once a second when only its load does,
 * and repeated long before it expires.
 */
final class OwnNode {
    /** Whoever holds an entry lets it expire by its own clock: what is to outlive the holder has to outlive the hours that clocks are apart. */
    static final Duration GOODBYE_TTL = Duration.ofDays(1);

    private static final System.Logger LOGGER = System.getLogger(OwnNode.class.getName());

    private static final long LOAD_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final IMap<String, NodeEntry> map;
    private final GridSettings settings;
    private final String memberId;
    private final GridCalls calls;
    private final ScheduledExecutorService scheduler;
    private final Predicate<Node> overwritten;
    private @Nullable Node self;
    private @Nullable CompletableFuture<Void> soon;
    private long writtenNanos;

    OwnNode(
            IMap<String, NodeEntry> map,
            GridSettings settings,
            String memberId,
            GridCalls calls,
            ScheduledExecutorService scheduler,
            Predicate<Node> overwritten) {
        this.map = map;
        this.settings = settings;
        this.memberId = memberId;
        this.calls = calls;
        this.scheduler = scheduler;
        this.overwritten = overwritten;
        long third = ttl().toMillis() / 3;
        var unused = scheduler.scheduleWithFixedDelay(this::tryRepeat, third, third, TimeUnit.MILLISECONDS);
    }

    private Duration ttl() {
        return settings.timing().nodeTtl();
    }

    synchronized CompletionStage<Void> publish(Node node) {
        Node before = self;
        self = node;
        if (before == null || !withoutLoad(before).equals(withoutLoad(node)) || overwritten.test(node)) {
            return write(node);
        }
        if (soon == null) {
            soon = new CompletableFuture<>();
            long wait = Math.max(0, LOAD_INTERVAL_NANOS - (System.nanoTime() - writtenNanos));
            var unused = scheduler.schedule(this::writeLoad, wait, TimeUnit.NANOSECONDS);
        }
        return soon;
    }

    private static Node withoutLoad(Node node) {
        return node.withLoad(0, 0).withMember(true);
    }

    private synchronized void writeLoad() {
        CompletableFuture<Void> waiting = soon;
        soon = null;
        if (waiting == null) {
            return;
        }
        if (self == null) {
            waiting.complete(null); // withdrawn or silent meanwhile
            return;
        }
        write(self).whenComplete((done, failure) -> {
            if (failure == null) {
                waiting.complete(null);
            } else {
                waiting.completeExceptionally(failure);
            }
        });
    }

    /** Writes it again: it might expire, or a merge has mixed the entries up. A failure is repeated by the next one. */
    synchronized void repeat() {
        if (self != null) {
            var unused = write(self);
        }
    }

    private void tryRepeat() {
        try {
            repeat();
        } catch (RuntimeException | Error e) { // or the schedule ends for good, and the entry with it
            LOGGER.log(Level.WARNING, "repeating this node's entry failed; the next time comes", e);
        }
    }

    private CompletionStage<Void> write(Node node) {
        writtenNanos = System.nanoTime();
        NodeEntry entry = NodeEntry.of(node, memberId, settings.hopKeys());
        return calls.send(() -> map.setAsync(entry.route(), entry, ttl().toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Writes and repeats nothing until the next {@link #publish}. */
    synchronized void keepSilent() {
        self = null;
    }

    synchronized CompletionStage<Boolean> withdraw(Node node) {
        self = null;
        NodeEntry goodbye = NodeEntry.of(node.withState(NodeState.LEFT).withLoad(0, 0), memberId, settings.hopKeys());
        WithdrawNode withdraw = new WithdrawNode(goodbye, PinProcessors.ttlMillis(GOODBYE_TTL));
        return calls.send(() -> map.submitToKey(node.route(), withdraw));
    }
}
