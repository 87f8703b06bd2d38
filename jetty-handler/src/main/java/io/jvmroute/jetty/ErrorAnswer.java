package io.jvmroute.jetty;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jvmroute.forward.ProxyError;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;

/** A short error with a body, and its cause in {@code Proxy-Status} (RFC 9209). */
final class ErrorAnswer {
    private ErrorAnswer() {}

    static void send(JettyExchange exchange, int status, String reason, ProxyError error) {
        Response response = exchange.response();
        byte[] body = (status + " " + reason + "\n").getBytes(UTF_8);
        response.reset();
        response.setTrailersSupplier(null);
        response.setStatus(status);
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8")
                .put(HttpHeader.CACHE_CONTROL, "no-store")
                .put("Proxy-Status", error.proxyStatus());
        // Where the next request begins is in doubt, or the end of this one is not there yet: Jetty would close
        // unannounced. RFC 9112 §9.6
        boolean ends =
                status == 400 || exchange.isCutShort() || !exchange.request().consumeAvailable();
        if (ends && !exchange.isHttp2()) {
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        }
        if (status == 503) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
        }
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(/* last= */ true, ByteBuffer.wrap(body), exchange.callback());
    }
}
