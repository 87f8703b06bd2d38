package io.jvmroute.jetty;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jvmroute.status.StatusAnswer;
import io.jvmroute.status.StatusEndpoint;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.jspecify.annotations.Nullable;

/** Serves the status of the node to clients of this Jetty. Never waits. */
final class StatusService {
    private final StatusEndpoint endpoint;

    private StatusService(StatusEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** For this status; null: there is none. */
    static @Nullable StatusService of(@Nullable StatusEndpoint endpoint) {
        return endpoint == null ? null : new StatusService(endpoint);
    }

    /** Whether the request is for the status. */
    boolean isFor(Request request) {
        String path = request.getHttpURI().getPath();
        return path != null && endpoint.isFor(path);
    }

    void serve(Request request, Response response, Callback callback) {
        JettyExchange exchange = new JettyExchange(request, response, callback, null);
        StatusAnswer answer = endpoint.answer(exchange, peer(request));
        if (answer != null) {
            send(answer, response, callback);
            return;
        }
        Promise.Invocable<byte[]> read = Promise.Invocable.from(
                InvocationType.NON_BLOCKING,
                body -> send(endpoint.answerBody(exchange, new String(body, UTF_8)), response, callback),
                failure -> fail(failure, response, callback));
        Content.Source.asByteArrayAsync(request, StatusEndpoint.MAX_BODY, read);
    }

    private void fail(Throwable failure, Response response, Callback callback) {
        if (failure instanceof IllegalStateException) { // longer than that
            send(endpoint.tooLong(), response, callback);
        } else {
            callback.failed(failure);
        }
    }

    /** The other end of the connection; empty where something before us says that the client is another. */
    private static String peer(Request request) {
        boolean direct =
                request.getConnectionMetaData().getConnection().getEndPoint().getRemoteSocketAddress()
                                instanceof InetSocketAddress remote
                        && remote.equals(request.getConnectionMetaData().getRemoteSocketAddress());
        return direct ? ClientRequest.remoteAddress(request) : "";
    }

    private static void send(StatusAnswer answer, Response response, Callback callback) {
        byte[] body = answer.body().getBytes(UTF_8);
        response.setStatus(answer.status());
        answer.fields().forEach(response.getHeaders()::put);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(/* last= */ true, ByteBuffer.wrap(body), callback);
    }
}
