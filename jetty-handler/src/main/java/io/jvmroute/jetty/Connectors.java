package io.jvmroute.jetty;

import io.jvmroute.http.Hosts;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** What a server's connectors tell of where other nodes reach it. */
final class Connectors {
    private Connectors() {}

    /** The address of the first bound plain HTTP connector, or null. */
    static @Nullable URI url(Server server, String bindAddress) {
        for (Connector connector : server.getConnectors()) {
            if (connector instanceof ServerConnector network
                    && network.getLocalPort() > 0
                    && network.getDefaultConnectionFactory() instanceof HttpConnectionFactory) {
                return URI.create(
                        "http://" + Hosts.bracketed(host(network, bindAddress)) + ":" + network.getLocalPort());
            }
        }
        return null;
    }

    private static String host(ServerConnector connector, String bindAddress) {
        String host = connector.getHost();
        try {
            return host == null || InetAddress.getByName(host).isAnyLocalAddress() ? bindAddress : host;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address to which the connector is bound", e);
        }
    }
}
