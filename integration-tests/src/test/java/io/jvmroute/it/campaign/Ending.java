package io.jvmroute.it.campaign;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Leaves nothing behind when a signal ends this process: whoever works is interrupted and waited for, that there may be a report; then all servers that are
 * left are killed, and their networks taken down.
 */
final class Ending {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Queue<Network> NETWORKS = new ConcurrentLinkedQueue<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Ending::end, "ending"));
    }

    private static volatile Ending current = new Ending(Thread.currentThread(), new CountDownLatch(0));

    private final Thread worker;
    private final CountDownLatch done;
    private volatile boolean asked;

    private Ending(Thread worker, CountDownLatch done) {
        this.worker = worker;
        this.done = done;
    }

    /** The calling thread works from now on, until it says {@link #done}. */
    static Ending ofThisThread() {
        current = new Ending(Thread.currentThread(), new CountDownLatch(1));
        return current;
    }

    /** Takes this network down at the end, at the latest. */
    static void closeAtEnd(Network network) {
        NETWORKS.add(network);
    }

    /** Whether a signal came. Who asks is no longer interrupted. */
    boolean isAsked() {
        boolean interrupted = Thread.interrupted();
        return asked || interrupted;
    }

    void done() {
        done.countDown();
    }

    private static void end() {
        current.awaitWorker();
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        for (Network network : NETWORKS) {
            try {
                network.close();
            } catch (IOException e) {
                System.err.println("left behind: " + e.getMessage());
            }
        }
    }

    private void awaitWorker() {
        asked = done.getCount() > 0;
        if (asked) {
            worker.interrupt();
            try {
                if (!done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    System.err.println("did not end within " + PATIENCE + "; what is left is killed");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
