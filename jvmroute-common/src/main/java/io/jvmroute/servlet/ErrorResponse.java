package io.jvmroute.servlet;

import io.jvmroute.forward.ProxyError;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The errors that this node answers itself: by the container, so that the application's own error pages show. */
final class ErrorResponse {
    private ErrorResponse() {}

    static void send(HttpServletResponse response, int status, ProxyError error) throws IOException {
        send(response, status, error.reason(status), error);
    }

    static void send(HttpServletResponse response, int status, String reason, ProxyError error) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.reset();
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Proxy-Status", error.proxyStatus());
        if (status == 503) {
            response.setHeader("Retry-After", "1");
        }
        response.sendError(status, reason);
    }
}
