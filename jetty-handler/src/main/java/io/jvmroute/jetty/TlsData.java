package io.jvmroute.jetty;

import io.jvmroute.http.ClientTls;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.eclipse.jetty.io.EndPoint.SslSessionData;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** What is known of the client's TLS, to and from the form in which it travels between nodes. */
final class TlsData {
    private TlsData() {}

    /** What Jetty knows; null if it has not ended the client's TLS itself. */
    static @Nullable ClientTls read(Request request) {
        SslSessionData data = request.getAttribute(SslSessionData.ATTRIBUTE) instanceof SslSessionData customized
                ? customized
                : request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
        if (data == null || data.cipherSuite() == null) {
            return null;
        }
        SSLSession session = data.sslSession();
        return new ClientTls(
                session == null ? "" : session.getProtocol(),
                data.cipherSuite(),
                data.keySize(),
                data.sslSessionId() == null ? "" : data.sslSessionId(),
                encoded(data.peerCertificates()));
    }

    private static List<String> encoded(X509Certificate @Nullable [] chain) {
        List<String> encoded = new ArrayList<>();
        if (chain != null) {
            for (X509Certificate certificate : chain) {
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
     * The same in Jetty's form.
     *
     * @param value what {@link ClientTls#encode} made; the hop's ticket has vouched for it
     */
    static SslSessionData restored(String value) {
        ClientTls tls = ClientTls.decode(value);
        if (tls == null) {
            throw new IllegalArgumentException(ClientTls.HEADER + ": not of this version");
        }
        return new Restored(
                tls.cipherSuite(),
                tls.keySize(),
                tls.sessionId(),
                tls.certificates().isEmpty() ? null : decoded(tls.certificates()));
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

    /** There is no session of this JVM behind it. */
    @SuppressWarnings("ArrayRecordComponent") // as Jetty's own
    private record Restored(
            String cipherSuite, int keySize, String sslSessionId, X509Certificate @Nullable [] peerCertificates)
            implements SslSessionData {
        @Override
        public @Nullable SSLSession sslSession() {
            return null;
        }
    }
}
