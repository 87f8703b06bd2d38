package io.jvmroute.jetty;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Runs turns one after the other: each on the thread that brings it, or on the one that is at an earlier turn. A turn that is brought within a turn follows that.
 * Allocates nothing while no more than one waits. Thread-safe; nothing waits.
 */
abstract class Turns {
    private boolean running; // all by the monitor
    private @Nullable Runnable next;
    private @Nullable ArrayDeque<Runnable> later;

    /** Told of what a turn throws, within that turn. */
    abstract void turnFailed(Throwable failure);

    final void run(Runnable turn) {
        if (tryBegin(turn)) {
            call(turn);
            endTurn();
        }
    }

    /**
     * Takes the turn for what the caller does now, up to {@link #endTurn}: as {@link #run}, without an object for it.
     *
     * @return false if somebody else is at a turn: then to be run as one
     */
    final synchronized boolean tryTurn() {
        boolean free = !running;
        running = true;
        return free;
    }

    /** Ends the caller's turn with those that have been brought meanwhile. */
    final void endTurn() {
        for (Runnable mine; (mine = takeNext()) != null; ) {
            call(mine);
        }
    }

    private void call(Runnable turn) {
        try {
            turn.run();
        } catch (Throwable e) { // of one, and the others have to follow
            turnFailed(e);
        }
    }

    private synchronized boolean tryBegin(Runnable turn) {
        if (!running) {
            running = true;
            return true;
        }
        if (next == null) {
            next = turn;
        } else {
            if (later == null) {
                later = new ArrayDeque<>(4);
            }
            later.add(turn);
        }
        return false;
    }

    private synchronized @Nullable Runnable takeNext() {
        Runnable taken = next;
        next = later == null ? null : later.poll();
        running = taken != null;
        return taken;
    }
}
