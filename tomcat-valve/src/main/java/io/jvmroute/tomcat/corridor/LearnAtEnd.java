package io.jvmroute.tomcat.corridor;

import io.jvmroute.RequestAffinity;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import org.apache.coyote.Response;

/** Learns what the container has set in the response of an asynchronous servlet, whose fields stand there only at its end. */
final class LearnAtEnd implements AsyncListener {
    private final Response response;
    private final RequestAffinity affinity;

    LearnAtEnd(Response response, RequestAffinity affinity) {
        this.response = response;
        this.affinity = affinity;
    }

    @Override
    public void onComplete(AsyncEvent event) {
        affinity.learn(ResponseFields.values(response, ResponseFields.SET_COOKIE));
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
