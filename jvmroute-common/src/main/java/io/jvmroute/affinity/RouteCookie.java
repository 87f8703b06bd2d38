package io.jvmroute.affinity;

import java.time.Duration;

/**
 * What a route cookie says once it is opened.
 *
 * @param route the node that its client belongs to
 * @param id the client as far as affinity is concerned: drawn at random when the cookie was first issued, kept when it is issued again
 * @param issuedSeconds when it was first issued, in seconds since 1970
 * @param usedSeconds when it was last known to be in use
 */
public record RouteCookie(String route, AffinityKey id, long issuedSeconds, long usedSeconds) {
    /** How exactly the last use is known: a tenth of the time within which it must be issued again. */
    private static final int USE_PARTS = 10;

    /** Checks the route. */
    public RouteCookie {
        if (!Route.isValid(route)) {
            throw new IllegalArgumentException("route: " + route + " (expected: " + Route.EXPECTED + ")");
        }
    }

    /**
     * Whether its time is over.
     *
     * @param idleTimeout zero: none
     * @param absoluteTimeout zero: none
     */
    public boolean isExpired(long nowSeconds, Duration idleTimeout, Duration absoluteTimeout) {
        return isOver(nowSeconds - usedSeconds, idleTimeout) || isOver(nowSeconds - issuedSeconds, absoluteTimeout);
    }

    private static boolean isOver(long ageSeconds, Duration timeout) {
        return !timeout.isZero() && ageSeconds > timeout.toSeconds();
    }

    /**
     * Whether it should be issued again to say that it is in use.
     *
     * @param renewal {@link RouteCookieForm#renewal}
     */
    public boolean isDue(long nowSeconds, Duration renewal) {
        return !renewal.isZero() && nowSeconds - usedSeconds > renewal.toSeconds() / USE_PARTS;
    }

    /** The same client on {@code newRoute}, in use now. */
    public RouteCookie reissued(String newRoute, long nowSeconds) {
        return new RouteCookie(newRoute, id, issuedSeconds, nowSeconds);
    }
}
