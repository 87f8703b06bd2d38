package io.jvmroute.tomcat.corridor;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jvmroute.forward.ProxyError;
import java.io.IOException;
import org.apache.catalina.connector.Response;

/**
 * A short error with a body, and its cause in {@code Proxy-Status} (RFC 9209). {@code sendError} would leave it empty here: Tomcat's ErrorReportValve sits on the Host, behind us.
 */
final class ErrorResponse {
    private ErrorResponse() {}

    static void send(Response response, int status, String reason, ProxyError error) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        byte[] body = (status + " " + reason + "\n").getBytes(UTF_8);
        response.reset();
        response.setStatus(status);
        response.setContentType("text/plain;charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Proxy-Status", error.proxyStatus());
        if (status == 503) {
            response.setHeader("Retry-After", "1");
        }
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.getOutputStream().flush();
    }
}
