package io.jvmroute.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jvmroute.http.Hosts;
import io.jvmroute.status.StatusAnswer;
import io.jvmroute.status.StatusEndpoint;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Serves the status of the node to clients of this application. */
final class StatusService {
    private final StatusEndpoint endpoint;

    private StatusService(StatusEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** For this status; null: there is none. */
    static @Nullable StatusService of(@Nullable StatusEndpoint endpoint) {
        return endpoint == null ? null : new StatusService(endpoint);
    }

    boolean isFor(HttpServletRequest request) {
        return endpoint.isFor(request.getRequestURI());
    }

    void serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
        ServletExchange exchange = new ServletExchange(request, response, null);
        StatusAnswer answer = endpoint.answer(exchange, Hosts.unbracketed(request.getRemoteAddr()));
        if (answer == null) {
            byte[] body = request.getInputStream().readNBytes(StatusEndpoint.MAX_BODY + 1);
            answer = body.length > StatusEndpoint.MAX_BODY
                    ? endpoint.tooLong()
                    : endpoint.answerBody(exchange.head(), new String(body, UTF_8));
        }
        byte[] bytes = answer.body().getBytes(UTF_8);
        response.setStatus(answer.status());
        answer.fields().forEach(response::setHeader);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
