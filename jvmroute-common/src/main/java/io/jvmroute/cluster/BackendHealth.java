package io.jvmroute.cluster;

import java.time.Duration;

/**
 * What the checks of one static backend add up to.
 *
 * <pre>
 *          bad, fall times in a row; or a request could not reach it
 *   UP  ------------------------------------------------------------> DOWN
 *   ^ |  &lt;----------------------------------------------------------
 *   | |    good, rise times in a row, and the hold-down is over
 *   | v 404 / good
 * DRAINING (down and up again as UP is)
 * </pre>
 *
 * <p>A backend that goes down again within a minute of coming up is held down longer each time, up to a minute, so that its clients are not sent to and
 * fro. The first bad answer of a backend of which nothing is known yet takes it down, as with HAProxy. Not thread-safe; the clock is the caller's.
 */
public final class BackendHealth {
    private final int rise;
    private final int fall;
    private final HoldDown holdDown;
    private State state = State.UP;
    private int good;
    private int bad;

    /** What a check says. */
    public enum Answer {
        /** All is well. */
        GOOD,
        /** Well, but to be spared new sessions: 404. */
        NO_NEW_SESSIONS,
        /** An error, or no answer. */
        BAD
    }

    /** What the backend may be sent. */
    public enum State {
        /** Everything. */
        UP,
        /** Requests of its sessions. */
        DRAINING,
        /** Nothing. */
        DOWN
    }

    /**
     * A backend that is up until the first answer.
     *
     * @param rise how many good answers in a row bring it up
     * @param fall how many bad ones in a row take it down
     * @param interval the time between two checks
     */
    public BackendHealth(int rise, int fall, Duration interval) {
        this.rise = rise;
        this.fall = fall;
        holdDown = new HoldDown(interval.multipliedBy(rise));
        bad = fall - 1;
    }

    /** What the backend may be sent. */
    public State state() {
        return state;
    }

    /** A request could not reach it: that is as good as all bad answers. Does nothing if it is down. */
    public void suspect(long nanos) {
        if (state != State.DOWN) {
            fall(nanos);
        }
    }

    /**
     * Counts an answer.
     *
     * @param nanos when it came, by a monotonic clock
     * @return the state now
     */
    public State after(Answer answer, long nanos) {
        if (answer == Answer.BAD) {
            good = 0;
            bad++;
            if (state != State.DOWN && bad >= fall) {
                fall(nanos);
            }
            return state;
        }
        bad = 0;
        good++;
        if (state == State.DOWN) {
            if (good < rise || !heldDown(nanos).isZero()) {
                return state;
            }
            holdDown.rose(nanos);
        }
        state = answer == Answer.GOOD ? State.UP : State.DRAINING;
        return state;
    }

    /** For how long it is still kept down, however well it answers: zero if it is not. */
    public Duration heldDown(long nanos) {
        return state == State.DOWN ? holdDown.left(nanos) : Duration.ZERO;
    }

    private void fall(long nanos) {
        state = State.DOWN;
        good = 0;
        holdDown.fell(nanos);
    }
}
