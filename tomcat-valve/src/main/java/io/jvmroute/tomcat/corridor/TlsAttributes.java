package io.jvmroute.tomcat.corridor;

import io.jvmroute.http.ClientTls;
import java.security.cert.X509Certificate;
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
                request.getAttribute(SSLSupport.CERTIFICATE_KEY) instanceof X509Certificate[] chain
                        ? ClientTls.encoded(chain)
                        : List.of());
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    /**
     * Makes the attributes of {@code request} those of the client.
     *
     * @param value what {@link ClientTls#encode} made; the hop's ticket has vouched for it
     */
    static void restore(org.apache.coyote.Request request, String value) {
        ClientTls tls = ClientTls.vouched(value);
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
            request.setAttribute(SSLSupport.CERTIFICATE_KEY, tls.chain());
        }
    }
}
