package io.jvmroute.tomcat;

import io.jvmroute.testing.TestKeys;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

/** Makes Tomcat's connectors with TLS on loopback. */
public final class TlsConnectors {
    private TlsConnectors() {}

    /** One that ends TLS by this context, at a free port. */
    public static Connector connector(SSLContext tls) {
        Connector connector = connector(0);
        SSLHostConfig config = new SSLHostConfig();
        SSLHostConfigCertificate certificate =
                new SSLHostConfigCertificate(config, SSLHostConfigCertificate.Type.UNDEFINED);
        certificate.setSslContext(new GivenTls(tls));
        config.addCertificate(certificate);
        connector.addSslHostConfig(config);
        return connector;
    }

    private static Connector connector(int port) {
        Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
        connector.setProperty("address", "127.0.0.1");
        connector.setPort(port);
        connector.setScheme("https");
        connector.setSecure(true);
        connector.setProperty("SSLEnabled", "true");
        return connector;
    }

    /** One that shows this key, and takes the certificates in {@code trust} from clients that have one. */
    static Connector connector(int port, Path key, Path trust) {
        Connector connector = connector(port);
        SSLHostConfig config = new SSLHostConfig();
        config.setCertificateVerification("optional");
        config.setTruststoreFile(trust.toString());
        config.setTruststorePassword(TestKeys.PASSWORD);
        config.setTruststoreType("PKCS12");
        SSLHostConfigCertificate certificate =
                new SSLHostConfigCertificate(config, SSLHostConfigCertificate.Type.UNDEFINED);
        certificate.setCertificateKeystoreFile(key.toString());
        certificate.setCertificateKeystorePassword(TestKeys.PASSWORD);
        config.addCertificate(certificate);
        connector.addSslHostConfig(config);
        return connector;
    }
}
