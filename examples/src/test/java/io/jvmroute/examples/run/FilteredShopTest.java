package io.jvmroute.examples.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

final class FilteredShopTest {

    @Test
    void render_putsTheFilterWithTheNodesOptionsIntoTheDescriptor() throws Exception {
        ClusterPlan plan = ClusterPlan.of(ClusterPlan.Cast.FILTER, false, new Ports(port -> true), Path.of("run"));
        String xml = FilteredShop.render(
                Files.readString(Path.of("src/main/webapp/WEB-INF/web.xml")),
                Files.readString(Path.of("src/main/filter/filter.xml")),
                plan,
                plan.nodes().get(1));

        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getElementsByTagName("filter-class").item(0).getTextContent())
                .isEqualTo("io.jvmroute.servlet.AffinityFilter");
        NodeList values = document.getElementsByTagName("param-value");
        assertThat(values.item(0).getTextContent()).isEqualTo("n2");
        assertThat(values.item(1).getTextContent()).isEqualTo("http://127.0.0.1:8082");
        assertThat(values.item(2).getTextContent()).isEqualTo("127.0.0.1:5701,127.0.0.1:5702,127.0.0.1:5703");
        assertThat(values.item(3).getTextContent()).isEqualTo("5702");
        assertThat(values.item(4).getTextContent() + "/")
                .isEqualTo(plan.status(plan.nodes().get(1)).getPath());
        assertThat(values.item(5).getTextContent()).isEqualTo(plan.statusToken());
        assertThat(document.getElementsByTagName("distributable").getLength()).isEqualTo(1);
    }
}
