package io.jvmroute;

import io.jvmroute.cluster.PinTable;
import io.jvmroute.forward.ForwardResult;
import io.jvmroute.forward.ProxyError;
import io.jvmroute.policy.Decision;
import io.jvmroute.record.RareWarning;
import java.time.Duration;

/** What may happen to one request after the other, and an operator wants to know of: warned of at most once a minute each. Thread-safe. */
final class Warnings {
    private static final System.Logger LOG = System.getLogger(JvmRoute.class.getName());

    private final RareWarning forged = rare();
    private final RareWarning rejected = rare();
    private final RareWarning limited = rare();
    private final RareWarning overflowed = rare();
    private long overflow;

    private static RareWarning rare() {
        return new RareWarning(LOG, Duration.ofMinutes(1));
    }

    /** A request came with a hop header that does not verify. */
    void forged() {
        forged.warn(
                "a hop header does not verify: 400 (made up, or signed with a secret that this node does not have)");
    }

    /** A request can't be served. */
    void rejected(Decision.Reject reject) {
        rejected.warn("requests are rejected: " + reject.status() + ", " + reject.reason());
    }

    /** A forward has ended. */
    void ended(ForwardResult result) {
        if (result.error() == ProxyError.CONNECTION_LIMIT_REACHED) {
            limited.warn("requests are rejected: 503, " + result.cause());
        }
    }

    /** Looks at the table of moved pins; called by one thread. */
    void observe(PinTable pins) {
        long now = pins.overflow();
        if (now > overflow) {
            overflow = now;
            overflowed.warn("the table of moved sessions is full: " + now + " are not in it, and found by hash alone");
        }
    }
}
