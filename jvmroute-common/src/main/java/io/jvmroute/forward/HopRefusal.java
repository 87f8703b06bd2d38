package io.jvmroute.forward;

/**
 * What a node tells the frontend instead of serving a hop that is not for it: it has lost the session, or the ticket was made for another
 * life of it. Authentic once {@link HopTickets#verifyRefusal} has read it; the application has not seen the request then.
 *
 * <p>It may also drain and know no session of that id, so that a new one would begin.
 *
 * @param route the owner that the node knows of, empty if it knows none
 * @param epoch the epoch of that owner's pin, 0 if there is none
 */
public record HopRefusal(String route, long epoch) {
    /** A refusal by another life of the node. */
    public static final HopRefusal OTHER_LIFE = new HopRefusal("", 0);

    /** The node drains, and has no such session: the request is like one without. To a frontend that does not know it, as {@link #OTHER_LIFE}. */
    public static final HopRefusal NO_SESSION = new HopRefusal("", 1);

    /** The session is about to leave the node: ask the grid where to. */
    public static final HopRefusal DEPARTING = OTHER_LIFE;

    /** The status that carries a refusal: Misdirected Request (RFC 9110 §15.5.20). Without one it is an application's answer. */
    public static final int STATUS = 421;

    /** Checks the epoch. */
    public HopRefusal {
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch: " + epoch + " (expected: >= 0)");
        }
    }
}
