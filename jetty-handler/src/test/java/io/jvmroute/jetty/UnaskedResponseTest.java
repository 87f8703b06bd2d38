package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.testing.RawPeer;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A response that nobody asked for, on an idle connection: it comes when the next request is there already, and before the selector tells of it. */
class UnaskedResponseTest extends FrontendTestBase {
    private final AtomicReference<RawPeer> idle = new AtomicReference<>();

    private static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** On the thread of the selector, which so tells of nothing meanwhile. */
    @Override
    void prepare(EmbeddedNode node) {
        node.server.setHandler(new Handler.Wrapper(node.handler) {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                if (request.getHttpURI().getPath().equals("/second")) {
                    idle.get().write(ok("poison"));
                }
                return super.handle(request, response, callback);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void response_unaskedJustBeforeTheNextRequest_isForNobody(String method) throws Exception {
        idle.set(null);
        backend.follow(peer -> {
            peer.readHead();
            boolean first = idle.compareAndSet(null, peer);
            peer.write(ok(first ? "first" : "clean"));
            if (first) {
                peer.awaitEnd();
            }
        });

        try (RawPeer client = client()) {
            for (String path : new String[] {"/first", "/second"}) {
                client.write(method + " " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                assertThat(client.readHead()).startsWith("HTTP/1.1 200");
                assertThat(path + " " + client.read(5)).isIn("/first first", "/second clean");
            }
        } finally {
            idle.get().socket.close();
        }
    }
}
