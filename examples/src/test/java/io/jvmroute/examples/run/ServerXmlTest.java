package io.jvmroute.examples.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

final class ServerXmlTest {

    private static final Path TEMPLATES = Path.of("src/main/tomcat");

    private final ClusterPlan plan =
            ClusterPlan.of(ClusterPlan.Cast.TOMCATS, true, new Ports(port -> port != 5702), Path.of("run"));

    @Test
    void render_node() throws Exception {
        String xml =
                ServerXml.render(template("server-node.xml"), plan, plan.nodes().get(1));

        Document document = parse(xml);
        assertThat(element(document, "Engine").getAttribute("jvmRoute")).isEqualTo("n2");
        assertThat(element(document, "Connector").getAttribute("port")).isEqualTo("8082");
        assertThat(element(document, "Receiver").getAttribute("port")).isEqualTo("4002");
        Element valve = element(document, "Valve");
        assertThat(valve.getAttribute("className")).isEqualTo("io.jvmroute.tomcat.AffinityValve");
        assertThat(valve.getAttribute("members")).isEqualTo("127.0.0.1:5701,127.0.0.1:5703,127.0.0.1:5704");
        assertThat(valve.getAttribute("hazelcastPort")).isEqualTo("5703");
        assertThat(valve.getAttribute("statusToken"))
                .isEqualTo(plan.statusToken())
                .hasSizeGreaterThanOrEqualTo(16);
        assertThat(document.getElementsByTagName("Member").getLength()).isEqualTo(2);
        assertThat(xml).doesNotContainPattern("@[a-z.]+@").doesNotContain("port=\"4002\" uniqueId");
    }

    @Test
    void render_frontend() throws Exception {
        Document document = parse(ServerXml.render(
                template("server-frontend.xml"), plan, plan.frontends().get(0)));

        Element valve = element(document, "Valve");
        assertThat(valve.getAttribute("mode")).isEqualTo("frontend");
        assertThat(valve.getAttribute("members")).isEqualTo("127.0.0.1:5701,127.0.0.1:5703,127.0.0.1:5704");
        assertThat(element(document, "Connector").getAttribute("port")).isEqualTo("8091");
    }

    @Test
    void withoutBinder_leavesTheRest() throws Exception {
        String xml = ServerXml.withoutBinder(
                ServerXml.render(template("server-node.xml"), plan, plan.nodes().get(0)));

        assertThat(xml).doesNotContain("ha.session.JvmRouteBinderValve").contains("ha.tcp.ReplicationValve");
        assertThat(parse(xml).getDocumentElement().getTagName()).isEqualTo("Server");
    }

    @Test
    void withoutValve_leavesTheRest() throws Exception {
        String xml = ServerXml.withoutValve(
                ServerXml.render(template("server-node.xml"), plan, plan.nodes().get(0)));

        assertThat(xml).doesNotContain("io.jvmroute").contains("SimpleTcpCluster");
        assertThat(parse(xml).getDocumentElement().getTagName()).isEqualTo("Server");
    }

    @Test
    void fill_valuesAreNotPatterns() {
        assertThat(Template.fill("a=@a@", Map.of("a", "$1\\"))).isEqualTo("a=$1\\");
    }

    @Test
    void fill_unknownName() {
        assertThatThrownBy(() -> Template.fill("@b@", Map.of("a", "1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("@b@ (expected: one of [a])");
    }

    private static String template(String name) throws Exception {
        return Files.readString(TEMPLATES.resolve(name));
    }

    private static Document parse(String xml) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    private static Element element(Document document, String name) {
        return (Element) document.getElementsByTagName(name).item(0);
    }
}
