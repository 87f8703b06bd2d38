package io.jvmroute.tomcat.corridor;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jvmroute.status.StatusAnswer;
import io.jvmroute.status.StatusEndpoint;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.tomcat.util.buf.MessageBytes;
import org.jspecify.annotations.Nullable;

/** Serves the status of the node to clients of this Tomcat. */
final class StatusService {
    private final StatusEndpoint endpoint;
    private final String prefix;

    private StatusService(StatusEndpoint endpoint) {
        this.endpoint = endpoint;
        prefix = endpoint.prefix();
    }

    /** For this status; null: there is none. */
    static @Nullable StatusService of(@Nullable StatusEndpoint endpoint) {
        return endpoint == null ? null : new StatusService(endpoint);
    }

    /** Whether the request is for the status. Makes no String of other requests' targets. */
    boolean isFor(Request request) {
        MessageBytes target = request.getCoyoteRequest().requestURI();
        return target.startsWithIgnoreCase(prefix, 0) && endpoint.isFor(request.getRequestURI());
    }

    void serve(Request request, Response response) throws IOException {
        TomcatExchange exchange = new TomcatExchange(request, response);
        StatusAnswer answer = endpoint.answer(exchange, peer(request));
        if (answer == null) {
            if (exchange.expectsContinue()) {
                exchange.sendContinue();
            }
            byte[] body = request.getInputStream().readNBytes(StatusEndpoint.MAX_BODY + 1);
            answer = body.length > StatusEndpoint.MAX_BODY
                    ? endpoint.tooLong()
                    : endpoint.answerBody(exchange, new String(body, UTF_8));
        }
        send(answer, response);
    }

    /** The other end of the connection; empty where a valve before us says that the client is another. */
    private static String peer(Request request) {
        String peer = request.getPeerAddr();
        return peer != null && peer.equals(request.getRemoteAddr()) ? peer : "";
    }

    private static void send(StatusAnswer answer, Response response) throws IOException {
        byte[] body = answer.body().getBytes(UTF_8);
        response.setStatus(answer.status());
        answer.fields().forEach(response::setHeader);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.getOutputStream().flush();
    }
}
