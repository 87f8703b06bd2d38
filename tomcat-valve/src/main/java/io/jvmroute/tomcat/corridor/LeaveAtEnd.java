package io.jvmroute.tomcat.corridor;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;

/** Counts an asynchronous request until it is complete: its session stays, and a stop waits for it. */
final class LeaveAtEnd implements AsyncListener {
    private final Clients clients;
    private final Runnable leave;

    /** {@code leave} ends its stay in its session. */
    LeaveAtEnd(Clients clients, Runnable leave) {
        this.clients = clients;
        this.leave = leave;
        clients.waiting();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        clients.done();
        leave.run();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // its completion follows
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
