package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an application sees of the client behind a proxy: the same with a hop and without. */
class TrustedProxyTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<EmbeddedNode> nodes = new ArrayList<>();

    private void start(Map<String, String> options) throws Exception {
        String cluster = "test-" + UUID.randomUUID();
        List<Integer> ports = EmbeddedNode.freePorts(2);
        for (int i = 0; i < 2; i++) {
            nodes.add(new EmbeddedNode(cluster, "n" + (i + 1), ports.get(i), ports, options).start());
        }
        for (EmbeddedNode node : nodes) {
            await().until(() -> ((Object[]) node.jmx("Nodes")).length == 2);
        }
    }

    @AfterEach
    void stop() {
        nodes.forEach(EmbeddedNode::close);
    }

    private HttpResponse<String> get(String sessionId) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(nodes.get(0).url("/session"))
                .header("Cookie", "JSESSIONID=" + sessionId)
                .header("X-Forwarded-For", "1.2.3.4, 203.0.113.9")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Host", "shop.example")
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private void assertSeen(String clientEnd, String server) throws Exception {
        for (String owner : List.of("n1", "n2")) {
            HttpResponse<String> response = get("abc." + owner);
            assertThat(response.headers().firstValue("Node")).contains(owner);
            assertThat(response.headers().firstValue("Seen-Client").orElseThrow())
                    .startsWith(clientEnd);
            assertThat(response.headers().firstValue("Seen-Server")).contains(server);
        }
    }

    @Test
    void trusted_isBelievedHereAndAtTheOwner() throws Exception {
        start(Map.of("trustedProxies", "127.0.0.0/8"));

        assertSeen("203.0.113.9 ", "https shop.example 443");
    }

    @Test
    void others_areNot() throws Exception {
        start(Map.of("trustedProxies", "10.0.0.0/8"));

        assertSeen("127.0.0.1 ", "http 127.0.0.1 " + nodes.get(0).port());
    }
}
