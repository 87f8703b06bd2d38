package io.jvmroute.tomcat.corridor;

import io.jvmroute.http.ClientTls;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.catalina.connector.Request;
import org.apache.tomcat.util.net.SSLSupport;
import org.jspecify.annotations.Nullable;

/** The request attributes by which an application learns of the client's TLS. */
final class TlsAttributes {
    /** From Jakarta Servlet 6.1 on; before, Tomcat alone had a name for it. */
    private static final String SECURE_PROTOCOL = "jakarta.servlet.request.secure_protocol";

    private TlsAttributes() {}

    /** What Tomcat knows; null if it has not ended the client's TLS itself. */
    static @Nullable ClientTls read(Request request) {
        if (!(request.getAttribute(SSLSupport.CIPHER_SUITE_KEY) instanceof String cipherSuite)) {
            return null;
        }
        return new ClientTls(
                text(request.getAttribute(SSLSupport.PROTOCOL_VERSION_KEY)),
                cipherSuite,
                request.getAttribute(SSLSupport.KEY_SIZE_KEY) instanceof Integer bits ? bits : 0,
                text(request.getAttribute(SSLSupport.SESSION_ID_KEY)),
                encoded(request.getAttribute(SSLSupport.CERTIFICATE_KEY)));
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    private static List<String> encoded(@Nullable Object chain) {
        List<String> encoded = new ArrayList<>();
        if (chain instanceof X509Certificate[] certificates) {
            for (X509Certificate certificate : certificates) {
                try {
                    encoded.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
                } catch (CertificateEncodingException e) {
                    throw new IllegalStateException("a certificate that TLS has brought", e);
                }
            }
        }
        return encoded;
    }

    /**
     * Makes the attributes of {@code request} those of the client.
     *
     * @param value what {@link ClientTls#encode} made; the hop's ticket has vouched for it
     */
    static void restore(org.apache.coyote.Request request, String value) {
        ClientTls tls = ClientTls.decode(value);
        if (tls == null) {
            throw new IllegalArgumentException(ClientTls.HEADER + ": not of this version");
        }
        request.setAttribute(SSLSupport.CIPHER_SUITE_KEY, tls.cipherSuite());
        request.setAttribute(SSLSupport.KEY_SIZE_KEY, tls.keySize());
        if (!tls.protocol().isEmpty()) {
            request.setAttribute(SECURE_PROTOCOL, tls.protocol());
            request.setAttribute(SSLSupport.PROTOCOL_VERSION_KEY, tls.protocol());
        }
        if (!tls.sessionId().isEmpty()) {
            request.setAttribute(SSLSupport.SESSION_ID_KEY, tls.sessionId());
        }
        if (!tls.certificates().isEmpty()) {
            request.setAttribute(SSLSupport.CERTIFICATE_KEY, decoded(tls.certificates()));
        }
    }

    private static X509Certificate[] decoded(List<String> encoded) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            X509Certificate[] chain = new X509Certificate[encoded.size()];
            for (int i = 0; i < chain.length; i++) {
                byte[] der = Base64.getDecoder().decode(encoded.get(i));
                chain[i] = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
            }
            return chain;
        } catch (CertificateException e) {
            throw new IllegalArgumentException(ClientTls.HEADER + ": not a certificate", e);
        }
    }
}
