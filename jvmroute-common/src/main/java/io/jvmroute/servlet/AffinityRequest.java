package io.jvmroute.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/** The request of an {@link AffinityResponse}: what an asynchronous servlet answers by later is that response too. */
final class AffinityRequest extends HttpServletRequestWrapper {
    private final AffinityResponse response;

    AffinityRequest(HttpServletRequest request, AffinityResponse response) {
        super(request);
        this.response = response;
    }

    @Override
    public AsyncContext startAsync() {
        return startAsync(this, response);
    }
}
