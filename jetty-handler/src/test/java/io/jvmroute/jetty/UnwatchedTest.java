package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.LogLines;
import io.jvmroute.testing.RawPeer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.session.SessionHandler;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A handler that is not around what has sessions: works as far as it can, and says what it does not see. */
class UnwatchedTest {
    private final List<Integer> ports = EmbeddedNode.freePorts(1);
    private final EmbeddedNode node =
            new EmbeddedNode("test-" + UUID.randomUUID(), "n1", ports.get(0), ports, Map.of());
    private final LogLines log = new LogLines(ServedSessions.class);

    @AfterEach
    void stop() {
        node.close();
        log.close();
    }

    /** Makes a session where there can be one, and ends it at {@code /end}. */
    private static final class Plain extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (Request.getPathInContext(request).equals("/end")) {
                request.getSession(true).invalidate();
            } else {
                request.getSession(true);
            }
            response.getHeaders().put("Verdict", String.valueOf(request.getAttribute("jvmroute.verdict")));
            callback.succeeded();
            return true;
        }
    }

    private String get(String path, String... fields) throws Exception {
        try (RawPeer client = RawPeer.connect(node.port())) {
            client.write(
                    "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + String.join("", fields) + "\r\n");
            return client.readAll();
        }
    }

    @Test
    void noSessionsBeneath_worksAndSaysSoOnce() throws Exception {
        node.with(new Plain()).start();

        assertThat(get("/")).startsWith("HTTP/1.1 200").contains("Verdict: N");
        assertThat(get("/", "Cookie: JSESSIONID=abc.n1\r\n"))
                .startsWith("HTTP/1.1 200")
                .contains("Verdict: H");
        assertThat(log.lines())
                .containsExactly("route=n1 no sessions below AffinityHandler: this node will own none"
                        + " (expected: the handler around all that has sessions)");
        assertThat(node.jmx("OwnedSessions")).isEqualTo(0);
    }

    @Test
    void sessionsBeside_areNamed() throws Exception {
        ServletContextHandler beside = new ServletContextHandler("/beside", ServletContextHandler.SESSIONS);
        node.server.setHandler(new Handler.Sequence(node.handler, beside));
        node.start();

        assertThat(log.lines())
                .singleElement()
                .asString()
                .startsWith("route=n1 the sessions of ")
                .endsWith(" are not watched (expected: below AffinityHandler)")
                .contains("SessionHandler");
    }

    @Test
    void sessionsWithoutContext_areWatched() throws Exception {
        SessionHandler sessions = new SessionHandler();
        sessions.setHandler(new Plain());
        node.with(sessions).start();

        String cookie = "Cookie: " + get("/").replaceAll("(?s).*Set-Cookie: (JSESSIONID=[^;\\r]*).*", "$1") + "\r\n";
        assertThat(cookie).endsWith(".n1\r\n");
        await().until(() -> node.member().getMap("jvmroute.pins").size() == 1);
        get("/end", cookie);
        await().until(() -> node.member().getMap("jvmroute.pins").isEmpty());
        assertThat(log.lines()).isEmpty();
    }
}
