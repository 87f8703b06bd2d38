package io.jvmroute.forward;

import io.jvmroute.cluster.HopKey;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Lends signers of one key. A few slots swapped without a lock instead of a thread-local: there may be a virtual thread per
 * request. Who finds a slot empty makes a new signer; who finds it taken drops his.
 */
final class SignerPool {
    private static final int SLOTS = 32;

    private final HopKey key;
    private final AtomicReferenceArray<@Nullable TicketSigner> slots = new AtomicReferenceArray<>(SLOTS);

    SignerPool(HopKey key) {
        this.key = key;
    }

    HopKey key() {
        return key;
    }

    TicketSigner take() {
        TicketSigner signer = slots.getAndSet(slot(), null);
        if (signer == null) {
            return new TicketSigner(key);
        }
        signer.clear();
        return signer;
    }

    /** Takes back a signer whose last call has returned. */
    void give(TicketSigner signer) {
        slots.set(slot(), signer);
    }

    private static int slot() {
        return (int) (Thread.currentThread().getId() & (SLOTS - 1));
    }
}
