package io.jvmroute.jetty;

import io.jvmroute.testing.TestNode;
import io.jvmroute.testing.TlsSessionContract;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

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
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setSslContext(tls);
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.addCustomizer(new SecureRequestCustomizer());
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        ServerConnector connector =
                new ServerConnector(node.server, 1, 1, new SslConnectionFactory(factory, http.getProtocol()), http);
        connector.setHost("127.0.0.1");
        node.server.addConnector(connector);
        node.start();
        return new Frontend(node, connector.getLocalPort());
    }
}
