package io.jvmroute.jetty;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jvmroute.forward.ProxyError;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A short error with a body, and its cause in {@code Proxy-Status} (RFC 9209). */
final class ErrorAnswer {
    private ErrorAnswer() {}

    static void send(Response response, Callback callback, int status, String reason, ProxyError error) {
        byte[] body = (status + " " + reason + "\n").getBytes(UTF_8);
        response.reset();
        response.setTrailersSupplier(null);
        response.setStatus(status);
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8")
                .put(HttpHeader.CACHE_CONTROL, "no-store")
                .put("Proxy-Status", error.proxyStatus());
        if (status == 400 && isHttp1(response)) { // where the next request begins is in doubt
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        }
        if (status == 503) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
        }
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(/* last= */ true, ByteBuffer.wrap(body), callback);
    }

    private static boolean isHttp1(Response response) {
        HttpVersion version = response.getRequest().getConnectionMetaData().getHttpVersion();
        return version.getVersion() < HttpVersion.HTTP_2.getVersion();
    }
}
