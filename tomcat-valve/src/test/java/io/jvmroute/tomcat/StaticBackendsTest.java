package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two frontends before two Tomcats without our JAR: sticky by {@code id.route}, and health checks. */
class StaticBackendsTest {
    private static final Logger CHECKS = Logger.getLogger("io.jvmroute.HealthChecks"); // kept from being collected

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<EmbeddedNode> frontends = new ArrayList<>();
    private final List<String> changes = new CopyOnWriteArrayList<>();
    private final Handler log = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            changes.add(entry.getLevel() + " " + new SimpleFormatter().formatMessage(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private PlainTomcat n1;
    private PlainTomcat n2;

    @BeforeEach
    void start() throws Exception {
        CHECKS.addHandler(log);
        n1 = new PlainTomcat("n1", 0);
        n2 = new PlainTomcat("n2", 0);
        String cluster = "test-" + UUID.randomUUID();
        List<Integer> ports = EmbeddedNode.freePorts(2);
        Map<String, String> options = Map.of(
                "mode",
                "frontend",
                "backends",
                "n1=http://127.0.0.1:" + n1.port() + ", n2=http://127.0.0.1:" + n2.port(),
                "healthPath",
                "/health",
                "healthInterval",
                "300ms",
                "slowStart",
                "0s");
        for (int port : ports) {
            frontends.add(new EmbeddedNode(cluster, null, port, ports, options).start());
        }
    }

    @AfterEach
    void stop() throws Exception {
        CHECKS.removeHandler(log);
        frontends.forEach(EmbeddedNode::close);
        n1.close();
        n2.close();
    }

    /** A browser that keeps its session cookie. */
    private final class Visitor {
        private String id = "";

        String visit(EmbeddedNode frontend) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(frontend.url("/session"));
            if (!id.isEmpty()) {
                request.header("Cookie", "JSESSIONID=" + id);
            }
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            response.headers()
                    .firstValue("Set-Cookie")
                    .ifPresent(cookie -> id = cookie.replaceAll("JSESSIONID=([^;]*);.*", "$1"));
            return response.body();
        }

        String home() {
            return id.substring(id.indexOf('.') + 1);
        }
    }

    private List<Visitor> visitors(int count) throws Exception {
        List<Visitor> visitors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Visitor visitor = new Visitor();
            visitor.visit(frontends.get(i % 2));
            visitors.add(visitor);
        }
        return visitors;
    }

    private void assertAllStay(List<Visitor> visitors) throws Exception {
        for (Visitor visitor : visitors) {
            String home = visitor.home();
            for (EmbeddedNode frontend : frontends) {
                assertThat(visitor.visit(frontend)).isEqualTo(home);
                assertThat(visitor.home()).isEqualTo(home);
            }
        }
    }

    /** As both frontends tell. */
    private void awaitN1(String state) {
        await().until(() -> changes.stream()
                        .filter(change -> change.contains("route=n1 " + state))
                        .count()
                == 2);
    }

    private static void awaitN1Suspect(String frontend) {
        await().until(() -> {
            Object nodes = ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName("io.jvmroute:type=Affinity," + frontend), "Nodes");
            return ((String[]) nodes)[0].contains("SUSPECT");
        });
    }

    @Test
    void backend_stoppedAndBack_itsClientsMoveOnceAndStay() throws Exception {
        List<Visitor> visitors = visitors(40);
        assertThat(visitors).extracting(Visitor::home).contains("n1", "n2");
        assertAllStay(visitors);

        int port = n1.port();
        n1.close();
        for (Visitor visitor : visitors) {
            assertThat(visitor.visit(frontends.get(0))).isEqualTo("n2");
        }
        assertAllStay(visitors);
        awaitN1Suspect("route=frontend");
        awaitN1Suspect("route=frontend,instance=2");

        n1 = new PlainTomcat("n1", port);
        awaitN1("UP");
        assertAllStay(visitors);
        assertThat(visitors).extracting(Visitor::home).containsOnly("n2");
        assertThat(visitors(40)).extracting(Visitor::home).contains("n1", "n2"); // it takes new ones again
        assertThat(changes.stream().filter(change -> change.contains("UP"))).hasSize(2); // once each: no flap
        assertThat(changes.stream().filter(change -> change.contains("DOWN")))
                .hasSizeLessThanOrEqualTo(2) // where no request found out first
                .allMatch(change -> change.startsWith("WARNING"));
    }

    @Test
    void backend_answers404_keepsItsSessionsAndGetsNoNewOnes() throws Exception {
        List<Visitor> visitors = visitors(40);
        n1.health.set(404);
        awaitN1("DRAINING: /health answers 404");

        assertAllStay(visitors);
        assertThat(visitors).extracting(Visitor::home).contains("n1");
        assertThat(visitors(20)).extracting(Visitor::home).containsOnly("n2");

        n1.health.set(200);
        awaitN1("UP: /health answers 200");
        assertThat(visitors(40)).extracting(Visitor::home).contains("n1", "n2");
        assertThat(changes).hasSize(4).allMatch(change -> change.startsWith("INFO"));
    }

    @Test
    void backend_answers500_isDownUntilItAnswersWell() throws Exception {
        List<Visitor> visitors = visitors(40);
        n1.health.set(500);
        awaitN1("DOWN: /health answers 500");

        for (Visitor visitor : visitors) {
            assertThat(visitor.visit(frontends.get(0))).isEqualTo("n2");
        }
        n1.health.set(200);
        awaitN1("UP");
        assertAllStay(visitors);
        assertThat(visitors).extracting(Visitor::home).containsOnly("n2");
    }
}
