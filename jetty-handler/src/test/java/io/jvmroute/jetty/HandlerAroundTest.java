package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.handler.EventsHandler;
import org.junit.jupiter.api.Test;

/** A handler around ours sees what became of a request. */
class HandlerAroundTest extends FrontendTestBase {
    private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();

    @Override
    void prepare(EmbeddedNode node) {
        node.server.setHandler(new EventsHandler(node.handler) {
            @Override
            protected void onComplete(Request request, int status, HttpFields headers, Throwable failure) {
                ended.add(request.getAttribute("jvmroute.verdict") + " " + request.getAttribute("jvmroute.owner"));
            }
        });
    }

    @Test
    void hop_isNoted() throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.write(lines("HTTP/1.1 204 No Content", ""));
        });
        assertThat(exchange("GET / HTTP/1.1", "Host: a", "Cookie: JSESSIONID=a.n1", "Connection: close", ""))
                .startsWith("HTTP/1.1 204");
        assertThat(ended.take()).isEqualTo("F n1");
    }
}
