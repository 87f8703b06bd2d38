package io.jvmroute.tomcat;

import io.jvmroute.testing.TestKeys;
import java.nio.file.Path;
import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

/** Makes Tomcat's connectors with TLS on loopback. */
final class TlsConnectors {
    private TlsConnectors() {}

    /** One that shows this key, and takes the certificates in {@code trust} from clients that have one. */
    static Connector connector(int port, Path key, Path trust) {
        Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
        connector.setProperty("address", "127.0.0.1");
        connector.setPort(port);
        connector.setScheme("https");
        connector.setSecure(true);
        connector.setProperty("SSLEnabled", "true");
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
