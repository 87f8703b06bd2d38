package io.jvmroute.tomcat;

import io.jvmroute.testing.ProbeServlet;
import io.jvmroute.testing.TestKeys;
import java.nio.file.Path;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.websocket.server.WsSci;

/** A Tomcat that knows nothing of us, behind TLS, with the probe and the WebSocket. */
final class TlsServer implements AutoCloseable {
    private final Tomcat tomcat = new Tomcat();

    TlsServer(Path folder, String route, Path key, String protocols) throws LifecycleException {
        tomcat.setBaseDir(folder.resolve(route).toString());
        tomcat.setConnector(connector(key, protocols));
        Context context = tomcat.addContext("", folder.toString());
        context.addServletContainerInitializer(new WsSci(), Set.of(EchoEndpoint.class));
        Tomcat.addServlet(context, "probe", new ProbeServlet(route)).addMapping("/*");
        tomcat.start();
    }

    /** A connector with TLS on loopback and a free port. */
    static Connector connector(Path key, String protocols) {
        SSLHostConfig host = new SSLHostConfig();
        host.setProtocols(protocols);
        SSLHostConfigCertificate certificate =
                new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
        certificate.setCertificateKeystoreFile(key.toString());
        certificate.setCertificateKeystorePassword(TestKeys.PASSWORD);
        host.addCertificate(certificate);
        Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
        connector.setProperty("address", "127.0.0.1");
        connector.setPort(0);
        connector.setSecure(true);
        connector.setScheme("https");
        connector.setProperty("SSLEnabled", "true");
        connector.addSslHostConfig(host);
        return connector;
    }

    /** Its url by name, so that the certificate must be for that name. */
    String url() {
        return "https://localhost:" + tomcat.getConnector().getLocalPort();
    }

    @Override
    public void close() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
    }
}
