package io.jvmroute.tomcat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where first requests go, in a cluster of a frontend and nodes that have registered themselves. */
class BalanceTest {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String cluster = "test-" + UUID.randomUUID();
    private final List<Integer> ports = EmbeddedNode.freePorts(4);
    private final List<EmbeddedNode> started = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (EmbeddedNode node : started) {
            assertThat(node.jmx("ForwardsInFlight")).isEqualTo(0);
        }
        started.forEach(EmbeddedNode::close);
    }

    private EmbeddedNode start(String route, Map<String, String> options) throws Exception {
        EmbeddedNode node = new EmbeddedNode(cluster, route, ports.get(started.size()), ports, options).start();
        started.add(node);
        return node;
    }

    private EmbeddedNode frontend(String... options) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of("mode", "frontend"));
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        return start(null, all);
    }

    private HttpResponse<String> get(EmbeddedNode node, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(node.url(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String sessionId(HttpResponse<?> response) {
        return response.headers().firstValue("Set-Cookie").orElseThrow().replaceAll("JSESSIONID=([^;]*);.*", "$1");
    }

    private static void awaitNodes(EmbeddedNode node, int count) {
        await().until(() -> ((Object[]) node.jmx("Nodes")).length == count);
    }

    @Test
    void weights70And30_holdForFirstRequests_sessionsStay() throws Exception {
        start("n1", Map.of("weight", "70"));
        start("n2", Map.of("weight", "30"));
        EmbeddedNode frontend = frontend("slowStart", "0s");
        awaitNodes(frontend, 2);

        Map<String, Integer> hits = new ConcurrentHashMap<>();
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(clients.submit(() -> {
                    for (int request = 0; request < 1_250; request++) {
                        hits.merge(get(frontend, "/plain").body(), 1, Integer::sum);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            clients.shutdown();
        }
        // drawn at random: the standard deviation of the share is half a percent
        assertThat(hits.get("n1")).isCloseTo(7_000, within(300));
        assertThat(hits.get("n2")).isCloseTo(3_000, within(300));

        for (int i = 0; i < 20; i++) {
            HttpResponse<String> first = get(frontend, "/session");
            for (int again = 0; again < 5; again++) {
                assertThat(get(frontend, "/session", "Cookie", "JSESSIONID=" + sessionId(first))
                                .body())
                        .isEqualTo(first.body());
            }
        }
    }

    @Test
    void leastSessions_joiningNode_isFilledUp() throws Exception {
        List<EmbeddedNode> nodes = new ArrayList<>(List.of(start("n1", Map.of()), start("n2", Map.of())));
        EmbeddedNode frontend = frontend("balance", "least-sessions", "slowStart", "1s");
        awaitNodes(frontend, 2);
        List<String> ids = new ArrayList<>();
        begin(frontend, ids, 200);

        nodes.add(start("n3", Map.of()));
        awaitNodes(frontend, 3);
        for (int batch = 0; batch < 20; batch++) { // a minute's, so that the nodes have time to tell
            begin(frontend, ids, 10);
        }

        for (EmbeddedNode node : nodes) {
            assertThat((Integer) node.jmx("OwnedSessions")).isCloseTo(400 / 3, within(7));
        }
        for (String id : ids.subList(0, 200)) {
            HttpResponse<String> again = get(frontend, "/session", "Cookie", "JSESSIONID=" + id);
            assertThat(again.body()).isEqualTo(id.substring(id.indexOf('.') + 1));
            assertThat(again.headers().firstValue("Count")).hasValue("2");
        }
    }

    /** Begins sessions, and waits until the frontend has heard of them. */
    private void begin(EmbeddedNode frontend, List<String> ids, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            ids.add(sessionId(get(frontend, "/session")));
        }
        await().until(() -> {
            int heard = 0;
            for (Object node : (Object[]) frontend.jmx("Nodes")) {
                heard += Integer.parseInt(node.toString().replaceAll(".*sessions=(\\d+).*", "$1"));
            }
            return heard == ids.size();
        });
    }

    /** A peer that shares out first requests counts what it works on itself, sticky or not. */
    @Test
    void leastRequests_ofPeers_countTheirOwn() throws Exception {
        EmbeddedNode n1 = start("n1", Map.of("balance", "least-requests", "slowStart", "0s"));
        start("n2", Map.of("balance", "least-requests", "slowStart", "0s"));
        awaitNodes(n1, 2);
        String id = "";
        while (!id.endsWith(".n1")) {
            id = sessionId(get(n1, "/session"));
        }
        List<Socket> uploads = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                Socket upload = new Socket(InetAddress.getLoopbackAddress(), n1.port());
                uploads.add(upload);
                upload.getOutputStream()
                        .write(("POST /echo HTTP/1.1\r\nHost: h\r\nCookie: JSESSIONID=" + id
                                        + "\r\nContent-Length: 1\r\n\r\n")
                                .getBytes(ISO_8859_1));
            }
            await().until(() -> n1.jmx("RequestsInService").equals(4));
            int here = 0;
            for (int i = 0; i < 200; i++) {
                here += get(n1, "/plain").body().equals("n1") ? 1 : 0;
            }
            assertThat(here).as("where both choices fell on n1").isBetween(20, 80);
        } finally {
            for (Socket upload : uploads) {
                upload.close();
            }
        }
        await().until(() -> n1.jmx("RequestsInService").equals(0));
    }
}
