package io.jvmroute.forward;

import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The limits of a {@link Forwarder}.
 *
 * @param connectTimeout how long a connection to a backend may take to come up
 * @param responseTimeout how long the backend may take from the end of the request to the end of the response head
 * @param idleTimeout how long the backend may neither send nor take a byte inside a body
 * @param maxForwards how many forwards run at a time; one more is refused at once
 * @param poolIdleTime how long an unused connection is kept; must be below the backend's keep-alive, or requests run into its
 *     end
 * @param maxIdlePerNode how many unused connections are kept per node
 * @param tunnelTimeout how long neither side of a tunnel may send a byte
 * @param maxTunnels how many tunnels are open at a time; one more is refused at once
 */
public record ForwardSettings(
        Duration connectTimeout,
        Duration responseTimeout,
        Duration idleTimeout,
        int maxForwards,
        Duration poolIdleTime,
        int maxIdlePerNode,
        Duration tunnelTimeout,
        int maxTunnels) {
    /** 1 s, 60 s and 60 s; 10 000 forwards; 15 s and 256 connections in the pool of a node; 1 h and 10 000 tunnels. */
    public static final ForwardSettings DEFAULT = new ForwardSettings(
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            10_000,
            Duration.ofSeconds(15),
            256,
            Duration.ofHours(1),
            10_000);

    /** Checks that each is positive. */
    public ForwardSettings {
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("responseTimeout", responseTimeout);
        requirePositive("idleTimeout", idleTimeout);
        requirePositive("poolIdleTime", poolIdleTime);
        requirePositive("maxForwards", maxForwards);
        requirePositive("maxIdlePerNode", maxIdlePerNode);
        requirePositive("tunnelTimeout", tunnelTimeout);
        requirePositive("maxTunnels", maxTunnels);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }

    /** How many looks in a row make up this time, rounded up. */
    public int looksIn(Duration time) {
        return (int) (1 + time.minusNanos(1).dividedBy(watchInterval()));
    }

    /** How often to look for what takes too long: a quarter of the shortest time to watch, 10 to 250 ms. */
    public Duration watchInterval() {
        Duration shortest = Stream.of(responseTimeout, idleTimeout, poolIdleTime)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        return Duration.ofMillis(
                Math.max(10, Math.min(250, shortest.dividedBy(4).toMillis())));
    }
}
