package io.jvmroute.jetty;

import io.jvmroute.http.ClientTls;
import java.security.cert.X509Certificate;
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
                ClientTls.encoded(data.peerCertificates()));
    }

    /**
     * The same in Jetty's form.
     *
     * @param value what {@link ClientTls#encode} made; the hop's ticket has vouched for it
     */
    static SslSessionData restored(String value) {
        ClientTls tls = ClientTls.vouched(value);
        return new Restored(tls.cipherSuite(), tls.keySize(), tls.sessionId(), tls.chain());
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
