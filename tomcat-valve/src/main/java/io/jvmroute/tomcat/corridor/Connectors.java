package io.jvmroute.tomcat.corridor;

import io.jvmroute.http.Hosts;
import java.net.InetAddress;
import java.net.URI;
import org.apache.catalina.Container;
import org.apache.catalina.Engine;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.jspecify.annotations.Nullable;

/** What this Tomcat's connectors tell: where other nodes reach it, and how many requests it carries at once. */
final class Connectors {
    private static final int DEFAULT_THREADS = 200;

    private final Container container;
    private final String bindAddress;

    Connectors(Container container, String bindAddress) {
        this.container = container;
        this.bindAddress = bindAddress;
    }

    /** The address of the first bound plain HTTP connector, or null. */
    @Nullable
    URI url() {
        for (Connector connector : all()) {
            if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http
                    && !http.isSSLEnabled()
                    && connector.getLocalPort() > 0) {
                InetAddress address = http.getAddress();
                String host = address == null || address.isAnyLocalAddress() ? bindAddress : address.getHostAddress();
                return URI.create("http://" + Hosts.bracketed(host) + ":" + connector.getLocalPort());
            }
        }
        return null;
    }

    int maxThreads() {
        int most = 0;
        for (Connector connector : all()) {
            if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
                most = Math.max(most, protocol.getMaxThreads());
            }
        }
        return most > 0 ? most : DEFAULT_THREADS;
    }

    /** Those of the service that the valve belongs to. */
    Connector[] all() {
        for (Container at = container; at != null; at = at.getParent()) {
            if (at instanceof Engine engine && engine.getService() != null) {
                return engine.getService().findConnectors();
            }
        }
        return new Connector[0];
    }
}
