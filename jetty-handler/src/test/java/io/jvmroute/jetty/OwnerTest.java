package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RawPeer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Session;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.session.SessionHandler;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes with core sessions: what an application without servlets sees of a hop, and what becomes of its sessions. */
class OwnerTest {
    private EmbeddedNode frontend;
    private EmbeddedNode owner;

    /** Tells what it sees, and does with the session what the path says. */
    private static final class Core extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            String path = Request.getPathInContext(request);
            Session session = request.getSession(!path.equals("/plain"));
            if (path.equals("/renew")) {
                session.renewId(request, response);
            } else if (path.equals("/end")) {
                session.invalidate();
            }
            String seen = String.join(
                    " ",
                    request.getHttpURI().getScheme(),
                    String.valueOf(request.isSecure()),
                    Request.getServerName(request),
                    String.valueOf(Request.getServerPort(request)),
                    Request.getRemoteAddr(request),
                    request.getHeaders().get("Jvmroute-Hop") + "",
                    request.getHeaders().get("Host"));
            Content.Sink.write(response, true, seen, callback);
            return true;
        }
    }

    private static EmbeddedNode node(String cluster, String route, int port, List<Integer> ports) throws Exception {
        SessionHandler sessions = new SessionHandler();
        sessions.setHandler(new Core());
        ContextHandler context = new ContextHandler(sessions, "/");
        return new EmbeddedNode(cluster, route, port, ports, Map.of("trustedProxies", "127.0.0.1"))
                .with(context)
                .start();
    }

    @BeforeEach
    void start() throws Exception {
        String cluster = "test-" + UUID.randomUUID();
        List<Integer> ports = EmbeddedNode.freePorts(2);
        frontend = node(cluster, "n1", ports.get(0), ports);
        owner = node(cluster, "n2", ports.get(1), ports);
        for (EmbeddedNode node : List.of(frontend, owner)) {
            await().until(() -> ((Object[]) node.jmx("Nodes")).length == 2);
        }
    }

    @AfterEach
    void stop() {
        frontend.close();
        owner.close();
    }

    private static String get(EmbeddedNode node, String path, String... fields) throws Exception {
        try (RawPeer client = RawPeer.connect(node.port())) {
            client.write("GET " + path + " HTTP/1.1\r\nHost: shop.example:8443\r\nConnection: close\r\n"
                    + String.join("", fields) + "\r\n");
            return client.readAll();
        }
    }

    private static String cookie(String response) {
        return "Cookie: " + response.replaceAll("(?s).*Set-Cookie: (JSESSIONID=[^;]*);.*", "$1") + "\r\n";
    }

    @Test
    void hop_applicationSeesTheClient() throws Exception {
        String cookie = cookie(get(owner, "/"));
        assertThat(cookie).endsWith(".n2\r\n");

        String direct = get(owner, "/", cookie, "Forwarded: for=192.0.2.7;proto=https;host=a.example\r\n");
        String byHop = get(frontend, "/", cookie, "Forwarded: for=192.0.2.7;proto=https;host=a.example\r\n");

        assertThat(direct).endsWith("\r\n\r\nhttps true a.example 443 192.0.2.7 null shop.example:8443");
        assertThat(byHop).endsWith("\r\n\r\nhttps true a.example 443 192.0.2.7 null shop.example:8443");
        assertThat(get(frontend, "/", cookie))
                .endsWith("\r\n\r\nhttp false shop.example 8443 127.0.0.1 null shop.example:8443");
        assertThat(frontend.jmx("HopsReceived")).isEqualTo(0L);
        assertThat(owner.jmx("HopsReceived")).isEqualTo(2L);
    }

    @Test
    void hop_forged_isRefused() throws Exception {
        assertThat(get(owner, "/plain", "Jvmroute-Hop: 1~a~b\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("Proxy-Status: jvmroute; error=http_request_error");
    }

    @Test
    void pin_followsTheSession() throws Exception {
        String cookie = cookie(get(owner, "/"));
        await().until(() -> owner.member().getMap("jvmroute.pins").size() == 1);
        assertThat(owner.jmx("OwnedSessions")).isEqualTo(1);

        String renewed = cookie(get(frontend, "/renew", cookie));
        assertThat(renewed).isNotEqualTo(cookie).endsWith(".n2\r\n");
        await().until(() -> owner.member().getMap("jvmroute.pins").size() == 1
                && owner.jmx("OwnedSessions").equals(1));

        get(frontend, "/end", renewed);
        await().until(() -> owner.member().getMap("jvmroute.pins").isEmpty());
        assertThat(owner.jmx("OwnedSessions")).isEqualTo(0);
    }

    @Test
    void session_inAnInnerSegment_isFound() throws Exception {
        String id = cookie(get(owner, "/")).replaceAll("Cookie: JSESSIONID=(.*)\r\n", "$1");

        get(frontend, "/a;jsessionid=" + id + "/b");

        assertThat(owner.jmx("HopsReceived")).isEqualTo(1L);
    }
}
