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
        if (known == null && !pins.isFullForRouteless()) {
            AffinityKey key = claim.key();
            Pin pin = new Pin(route, Pin.FIRST_EPOCH + 1);
            if (key != null) {
                pins.adopt(key, pin);
                own(claim, pin);
            }
        }
    }

    private void own(Claim claim, Pin pin) {
        Grid joined = grid;
        AffinityKey key = claim.key();
        if (joined != null && joined.isJoined() && key != null) {
            var unused = joined.own(key, pin, timeToLive).thenAccept(stored -> pins.adopt(key, stored));
        }
    }

    /** The application ended what the claim stands for. */
    void end(Claim claim, String route) {
        Grid joined = grid;
        AffinityKey key = claim.key();
        if (key != null) {
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
        AffinityKey key = claim.key();
        if (joined == null || !joined.isJoined() || key == null) {
            return CompletableFuture.completedFuture(null);
        }
        return joined.claim(key, from, toRoute, timeToLive).thenApply(stored -> {
            if (stored != null) {
                pins.adopt(key, stored);
            }
            return stored;
        });
    }
}
