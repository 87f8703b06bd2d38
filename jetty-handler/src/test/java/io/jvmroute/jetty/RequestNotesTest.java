package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.jetty.server.Request;
import org.junit.jupiter.api.Test;

/** A hop leaves its decision in attributes for those who can read them after it, and for nobody else. */
class RequestNotesTest extends FrontendTestBase {
    private final BlockingQueue<Set<String>> ended = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> logged = new LinkedBlockingQueue<>();

    @Override
    void prepare(EmbeddedNode node) {
        node.http.addCustomizer((request, headers) -> {
            Request.addCompletionListener(request, failure -> ended.add(new TreeSet<>(request.getAttributeNameSet())));
            return request;
        });
    }

    private void hop() throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.write(lines("HTTP/1.1 204 No Content", ""));
        });
        assertThat(exchange("GET / HTTP/1.1", "Host: a", "Cookie: JSESSIONID=a.n1", "Connection: close", ""))
                .startsWith("HTTP/1.1 204");
    }

    @Test
    void hop_requestLog_readsTheDecision() throws Exception {
        frontend.server.setRequestLog((request, response) -> logged.add(request.getAttribute("jvmroute.verdict") + " "
                + request.getAttribute("jvmroute.owner") + " " + request.getAttribute("jvmroute.hop")));
        try {
            hop();
            assertThat(logged.take()).isEqualTo("F n1 1");
        } finally {
            frontend.server.setRequestLog(null);
            ended.clear();
        }
    }

    @Test
    void hop_nobodyToRead_leavesNone() throws Exception {
        hop();
        assertThat(ended.take()).noneMatch(name -> name.startsWith("jvmroute."));
    }
}
