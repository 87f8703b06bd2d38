package io.jvmroute.tomcat.corridor;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;

/** Follows an asynchronous request until it is complete. */
final class LeaveAtEnd implements AsyncListener {
    private final Runnable leave;
    private final Runnable timedOut;

    /** {@code leave} is what is due then. */
    LeaveAtEnd(Runnable leave) {
        this(leave, () -> {}); // its completion follows
    }

    /** {@code timedOut} is what is due when its time is over, when the application has had its say. */
    LeaveAtEnd(Runnable leave, Runnable timedOut) {
        this.leave = leave;
        this.timedOut = timedOut;
    }

    @Override
    public void onComplete(AsyncEvent event) {
        leave.run();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        timedOut.run();
    }

    @Override
    public void onError(AsyncEvent event) {
        // its completion follows
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this); // a new cycle forgets the listeners of the last
    }
}
