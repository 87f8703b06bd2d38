package io.jvmroute.forward;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The thread that ends what takes too long: a look at all connections at fixed intervals costs less than a poll per read,
 * which is what socket time-outs come to. Time-outs are late by one interval at most.
 */
final class Watchdog implements AutoCloseable {
    private final Runnable look;
    private final long intervalMillis;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;

    /** Starts it. */
    Watchdog(ForwardSettings settings, Runnable look) {
        this.look = look;
        intervalMillis = settings.watchInterval().toMillis();
        thread = new Thread(this::run, "jvmroute-forward-watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!ended.await(intervalMillis, TimeUnit.MILLISECONDS)) {
                lookOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookOnce() {
        try {
            look.run();
        } catch (RuntimeException e) {
            Forwarder.LOGGER.log(System.Logger.Level.WARNING, "watch over backend connections", e);
        }
    }

    /** Ends the thread and waits until it has ended. */
    @Override
    public void close() {
        ended.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
