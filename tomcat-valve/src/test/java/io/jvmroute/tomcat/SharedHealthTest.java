package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.TestNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two frontends before two Tomcats without our JAR: the second, which would not find out by itself, hears of the first that one is down. */
class SharedHealthTest {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<EmbeddedNode> frontends = new ArrayList<>();
    private PlainTomcat n1;
    private PlainTomcat n2;

    @BeforeEach
    void startBackends() throws Exception {
        n1 = new PlainTomcat("n1", 0);
        n2 = new PlainTomcat("n2", 0);
    }

    private void startFrontends(Map<String, String> first, Map<String, String> second) throws Exception {
        String cluster = "test-" + UUID.randomUUID();
        List<Integer> ports = TestNode.freePorts(2);
        for (int i = 0; i < 2; i++) {
            Map<String, String> options = new HashMap<>(i == 0 ? first : second);
            options.put("mode", "frontend");
            options.put("backends", "n1=http://127.0.0.1:" + n1.port() + ", n2=http://127.0.0.1:" + n2.port());
            frontends.add(new EmbeddedNode(cluster, null, ports.get(i), ports, options).start());
        }
        for (EmbeddedNode frontend : frontends) {
            await().until(() -> frontend.member().getCluster().getMembers().size() == 2);
        }
    }

    @AfterEach
    void stop() {
        frontends.forEach(EmbeddedNode::close);
        n1.close();
        n2.close();
    }

    private String get(int frontend, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(frontends.get(frontend).url(path)).build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    private static void awaitSuspect(int frontend) {
        String name = "io.jvmroute:type=Affinity,route=frontend" + (frontend == 0 ? "" : ",instance=2");
        await().until(() -> ((String[]) TestNode.attribute(name, "Nodes"))[0].contains("SUSPECT"));
    }

    private static Map<String, String> health(String path, String interval) {
        return Map.of("healthPath", path, "healthInterval", interval);
    }

    @Test
    void down_isFoundByTheOtherWithinOneAnswer() throws Exception {
        startFrontends(health("/health", "100ms"), health("/health", "1h"));
        assertThat(get(1, "/session;jsessionid=a.n1")).isEqualTo("n1");
        n1.health.set(500);
        awaitSuspect(0);
        awaitSuspect(1);
        assertThat(get(1, "/session;jsessionid=a.n1")).isEqualTo("n2");
    }

    @Test
    void down_forOneAlone_takesNothingFromTheOther() throws Exception {
        startFrontends(health("/health", "100ms"), health("/health?well", "1h"));
        await().until(() -> n1.askedWell.get() == 1);
        n1.health.set(500);
        awaitSuspect(0);
        await().until(() -> n1.askedWell.get() == 2);
        assertThat(get(0, "/session;jsessionid=a.n1")).isEqualTo("n2");
        assertThat(get(1, "/session;jsessionid=a.n1")).isEqualTo("n1");
    }

    /** Without checks: a request found out. */
    @Test
    void refusedRequest_isTold() throws Exception {
        startFrontends(Map.of(), Map.of());
        n1.close();
        assertThat(get(0, "/session;jsessionid=a.n1")).isEqualTo("n2");
        awaitSuspect(0);
        awaitSuspect(1);
        n1 = new PlainTomcat("n1", 0);
    }
}
