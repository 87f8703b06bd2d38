package io.jvmroute;

import java.time.Duration;

/**
 * A task that comes again whatever becomes of it this time.
 *
 * <p>An executor gives up a periodic task that throws, without a word, be it for want of memory that is there again a moment later.
 *
 * @param name what it does, for the log
 * @param interval until it comes again
 * @param task runs once each time
 */
record Tireless(String name, Duration interval, Runnable task) implements Runnable {
    private static final System.Logger LOG = System.getLogger(Tireless.class.getName());

    @Override
    public void run() {
        try {
            task.run();
        } catch (Throwable e) {
            tell(e);
        }
    }

    private void tell(Throwable failure) {
        try {
            LOG.log(System.Logger.Level.WARNING, name + " failed; it goes on in " + interval, failure);
        } catch (Throwable e) {
            failure.addSuppressed(e); // no memory for a word either
        }
    }
}
