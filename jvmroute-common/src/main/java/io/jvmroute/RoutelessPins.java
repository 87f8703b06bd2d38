package io.jvmroute;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.Claim;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.PinTable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The pins of keys that carry no route, which nobody states but who uses them: agreed at the first request, renewed while requests come, over
 * when none has come for {@code affinityTimeout}. Mirrored on every node, so that a known one costs no grid call. Thread-safe; nothing waits.
 *
 * <p>A pin lives for four thirds of the timeout and is renewed after a third, by each node that uses it: so it outlives its last use by the
 * timeout at least, and is written three times in that at most.
 *
 * <p>While secrets rotate a value has several keys, and some nodes know but one of them. So there is a pin under each, agreed from the last key
 * to the first: nodes that know all meet at the last, and end with what the first one holds. A node that knows one key finds its pin there.
 */
final class RoutelessPins {
    private static final long GRID_RESOLUTION_NANOS = Duration.ofSeconds(1).toNanos();

    private final PinTable pins;
    private final Duration timeToLive;
    private final long renewAfterNanos;
    private final long lifetimeNanos;
    private volatile @Nullable Grid grid;

    RoutelessPins(PinTable pins, Duration timeout) {
        this.pins = pins;
        renewAfterNanos = timeout.toNanos() / 3;
        timeToLive = timeout.plusNanos(renewAfterNanos);
        lifetimeNanos = timeToLive.toNanos() + GRID_RESOLUTION_NANOS;
    }

    void use(@Nullable Grid joined) {
        grid = joined;
    }

    /** The pin of a claim, or null: of a routeless one while its time is not over, of any other if it has moved. */
    @Nullable
    Pin find(Claim claim) {
        return pins.isEmpty() ? null : pins.find(claim, claim.isRouteless() ? lifetimeNanos : 0);
    }

    /** A request with this claim came. */
    void used(Claim claim, Pin pin) {
        if (claim.isRouteless() && pins.tryRenew(claim, renewAfterNanos)) {
            own(claim, pin);
        }
    }

    /** The node with this route set the value of the claim. */
    void learn(Claim claim, String route) {
        Pin known = find(claim);
        if (known == null && !pins.isFullForRouteless() && claim.key() != null) {
            Pin pin = new Pin(route, Pin.FIRST_EPOCH + 1);
            pins.adopt(claim.key(0), pin);
            own(claim, pin);
        }
    }

    private void own(Claim claim, Pin pin) {
        Grid joined = grid;
        if (joined != null && joined.isJoined()) {
            for (int i = 0; i < claim.keys(); i++) {
                own(joined, claim.key(i), pin);
            }
        }
    }

    private void own(Grid joined, AffinityKey key, Pin pin) {
        var unused = joined.own(key, pin, timeToLive).thenAccept(stored -> pins.adopt(key, stored));
    }

    /** The application ended what the claim stands for. */
    void end(Claim claim, String route) {
        Grid joined = grid;
        for (int i = 0; i < claim.keys(); i++) {
            AffinityKey key = claim.key(i);
            pins.forget(key);
            if (joined != null && joined.isJoined()) {
                joined.end(key, route);
            }
        }
    }

    /** Whether the grid can be asked for a first owner: it is there, and the pin would be mirrored. */
    boolean canAgreeFirst() {
        Grid joined = grid;
        return joined != null && joined.isJoined() && !pins.isFullForRouteless();
    }

    /**
     * Agrees on an owner.
     *
     * @param from whose it was, null for the first
     * @return the stored pin, which is adopted also if nobody waits for it any more; null at once if the grid can't be asked
     */
    CompletionStage<@Nullable Pin> agree(Claim claim, @Nullable Pin from, String toRoute) {
        Grid joined = grid;
        if (joined == null || !joined.isJoined() || claim.keys() == 0) {
            return CompletableFuture.completedFuture(null);
        }
        int last = claim.keys() - 1;
        CompletionStage<@Nullable Pin> agreed = agree(joined, claim.key(last), from, toRoute);
        for (int i = last - 1; i >= 0; i--) {
            AffinityKey next = claim.key(i);
            AffinityKey before = claim.key(i + 1);
            agreed = agreed.thenCompose(stored -> agreeToo(joined, before, stored, next, from, toRoute));
        }
        return agreed;
    }

    private CompletionStage<@Nullable Pin> agree(Grid joined, AffinityKey key, @Nullable Pin from, String toRoute) {
        return joined.claim(key, from, toRoute, timeToLive).thenApply(stored -> {
            if (stored != null) {
                pins.adopt(key, stored);
            }
            return stored;
        });
    }

    /** The same under the next key, with what was agreed before; where a node that knows only that key was faster, the other follows. */
    private CompletionStage<@Nullable Pin> agreeToo(
            Grid joined,
            AffinityKey before,
            @Nullable Pin earlier,
            AffinityKey next,
            @Nullable Pin from,
            String toRoute) {
        return agree(joined, next, from, earlier == null ? toRoute : earlier.route())
                .thenApply(stored -> {
                    if (stored != null && earlier != null && !stored.route().equals(earlier.route())) {
                        own(joined, before, new Pin(stored.route(), Math.max(stored.epoch(), earlier.epoch() + 1)));
                    }
                    return stored;
                });
    }
}
