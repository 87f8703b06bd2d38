package io.jvmroute.jetty;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs turns one after the other: each on the thread that brings it, or on the one that is at an earlier turn. A turn that is brought within a turn follows that.
 * Allocates nothing while no more than one waits. Thread-safe; nothing waits.
 */
final class Turns {
    private final Consumer<Throwable> failed;
    private boolean running; // all by the monitor
    private @Nullable Runnable next;
    private @Nullable ArrayDeque<Runnable> later;

    /** {@code failed} is told of what a turn throws, within that turn. */
    Turns(Consumer<Throwable> failed) {
        this.failed = failed;
    }

    void run(Runnable turn) {
        if (tryBegin(turn)) {
            for (Runnable mine = turn; mine != null; mine = takeNext()) {
                call(mine);
            }
        }
    }

    private void call(Runnable turn) {
        try {
            turn.run();
        } catch (Throwable e) { // of one, and the others have to follow
            failed.accept(e);
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
