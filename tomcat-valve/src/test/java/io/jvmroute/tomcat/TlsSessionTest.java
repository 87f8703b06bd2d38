package io.jvmroute.tomcat;

import io.jvmroute.testing.TestNode;
import io.jvmroute.testing.TlsSessionContract;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.catalina.connector.Connector;

class TlsSessionTest extends TlsSessionContract {
    @Override
    protected TestNode startNode(
            String cluster, String route, int hazelcastPort, List<Integer> members, Map<String, String> options)
            throws Exception {
        return new EmbeddedNode(cluster, route, hazelcastPort, members, options).start();
    }

    @Override
    protected Frontend startFrontend(
            String cluster, int hazelcastPort, List<Integer> members, Map<String, String> options, SSLContext tls)
            throws Exception {
        EmbeddedNode node = new EmbeddedNode(cluster, null, hazelcastPort, members, options);
        Connector connector = TlsConnectors.connector(tls);
        node.tomcat.getService().addConnector(connector);
        node.start();
        return new Frontend(node, connector.getLocalPort());
    }
}
