package io.jvmroute.jetty;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.TryExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The thread pool of a server, but for one task: a client's connection that goes on to its next request after a response that was completed elsewhere
 * than in the handler. Jetty hands that to a thread of the pool; where nothing may block, it goes on here, on the thread of the selector that brought the last
 * bytes, once what is under way there has returned.
 *
 * <p>Thread-safe.
 */
final class ResumingExecutor implements TryExecutor, VirtualThreads.Configurable {
    private final Executor pool;
    private final TryExecutor tryPool;
    private static final ThreadLocal<Turn> TURN = ThreadLocal.withInitial(Turn::new);

    /** What a selector's thread does for one event, and what came of it. */
    private static final class Turn {
        final ArrayDeque<Runnable> resumed = new ArrayDeque<>();
        boolean running;
    }

    ResumingExecutor(Executor pool) {
        this.pool = pool;
        tryPool = TryExecutor.asTryExecutor(pool);
    }

    /** Runs what an event asks for on this thread, which must not be blocked, and then the connections that go on because of it. */
    void run(Runnable event) {
        Turn mine = TURN.get();
        if (mine.running) {
            event.run();
            return;
        }
        mine.running = true;
        try {
            Runnable next = event;
            do {
                next.run();
                next = mine.resumed.poll();
            } while (next != null);
        } finally {
            mine.running = false;
            for (Runnable left; (left = mine.resumed.poll()) != null; ) { // only after a fault
                pool.execute(left);
            }
        }
    }

    private boolean resumesHere(Runnable task) {
        return task instanceof HttpConnection connection
                && connection.getServer().getInvocationType() == InvocationType.NON_BLOCKING;
    }

    @Override
    public void execute(Runnable task) {
        if (!offer(task)) {
            pool.execute(task);
        }
    }

    @Override
    public boolean tryExecute(Runnable task) {
        return offer(task) || tryPool.tryExecute(task);
    }

    private boolean offer(Runnable task) {
        if (!resumesHere(task)) {
            return false;
        }
        Turn mine = TURN.get();
        return mine.running && mine.resumed.offer(task);
    }

    @Override
    public @Nullable Executor getVirtualThreadsExecutor() {
        return VirtualThreads.getVirtualThreadsExecutor(pool);
    }

    @Override
    public String toString() {
        return "ResumingExecutor[" + pool + "]";
    }
}
