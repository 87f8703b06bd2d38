package io.jvmroute.tomcat.corridor;

import io.jvmroute.record.OwnedPin;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import org.jspecify.annotations.Nullable;

/** Counts an asynchronous request until it is complete: its session stays, and a stop waits for it. */
final class LeaveAtEnd implements AsyncListener {
    private final Clients clients;
    private final @Nullable OwnedPin inside;

    /** {@code inside} is the session that the request was let into. */
    LeaveAtEnd(Clients clients, @Nullable OwnedPin inside) {
        this.clients = clients;
        this.inside = inside;
        clients.waiting();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        clients.done();
        if (inside != null) {
            inside.leave();
        }
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
