package io.jvmroute.examples.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class JettyContainerTest {

    private static final Path TEMPLATES = Path.of("src/main/jetty");

    private final ClusterPlan plan =
            ClusterPlan.of(ClusterPlan.Cast.MIXED, true, new Ports(port -> port != 5702), Path.of("run"));

    @Test
    void node_isFilledIn() throws Exception {
        NodePlan node = plan.nodes().get(1);

        assertThat(fill("node/start.d/shop.ini", node))
                .contains("jetty.sessionIdManager.workerName=n2\n", "jetty.http.port=8082\n")
                .contains("jvmroute.members=127.0.0.1:5701,127.0.0.1:5703,127.0.0.1:5704\n")
                .contains("jvmroute.hazelcastPort=5703\n")
                .contains("jvmroute.statusToken=" + plan.statusToken() + "\n");
        assertThat(fill("node/etc/session-store-hazelcast.xml", node))
                .contains(">4002</port>", "<member>127.0.0.1:4002</member>", "<member>127.0.0.1:4003</member>")
                .doesNotContain(":4001"); // the Tomcat
    }

    @Test
    void frontend_isFilledIn() throws Exception {
        assertThat(fill("frontend/start.d/frontend.ini", plan.frontends().get(1)))
                .contains("jvmroute.mode=frontend\n", "jetty.http.port=8092\n")
                .doesNotContain("workerName=");
    }

    @Test
    void template_hasNoNameWithoutValue() throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.walk(TEMPLATES)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            String filled =
                    fill(TEMPLATES.relativize(file).toString(), plan.nodes().get(1));
            assertThat(filled).as(file.toString()).doesNotContainPattern("@[a-z.]+@");
        }
        assertThat(files).hasSizeGreaterThan(4);
    }

    private String fill(String name, NodePlan node) throws Exception {
        return Template.fill(Files.readString(TEMPLATES.resolve(name)), JettyContainer.values(plan, node));
    }
}
