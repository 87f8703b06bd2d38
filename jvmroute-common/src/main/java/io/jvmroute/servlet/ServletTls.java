package io.jvmroute.servlet;

import io.jvmroute.http.ClientTls;
import jakarta.servlet.ServletRequest;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The request attributes by which an application learns of the client's TLS (Jakarta Servlet 6.0 §3.10; the protocol since 6.1). */
final class ServletTls {
    private static final String CIPHER_SUITE = "jakarta.servlet.request.cipher_suite";
    private static final String KEY_SIZE = "jakarta.servlet.request.key_size";
    private static final String SESSION_ID = "jakarta.servlet.request.ssl_session_id";
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
    private static final String PROTOCOL = "jakarta.servlet.request.secure_protocol";

    private ServletTls() {}

    /** What the container knows; null if it has not ended the client's TLS itself. */
    static @Nullable ClientTls read(ServletRequest request) {
        if (!(request.getAttribute(CIPHER_SUITE) instanceof String cipherSuite)) {
            return null;
        }
        return new ClientTls(
                text(request.getAttribute(PROTOCOL)),
                cipherSuite,
                request.getAttribute(KEY_SIZE) instanceof Integer bits ? bits : 0,
                text(request.getAttribute(SESSION_ID)),
                request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain
                        ? ClientTls.encoded(chain)
                        : List.of());
    }

    /** Undertow tells a session id as bytes. */
    private static String text(@Nullable Object value) {
        return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value == null ? "" : value.toString();
    }

    /**
     * The attributes that say this.
     *
     * @param value what {@link ClientTls#encode} made; the hop's ticket has vouched for it
     */
    static Map<String, Object> attributes(String value) {
        ClientTls tls = ClientTls.vouched(value);
        Map<String, Object> attributes = new HashMap<>();
        attributes.put(CIPHER_SUITE, tls.cipherSuite());
        attributes.put(KEY_SIZE, tls.keySize());
        if (!tls.protocol().isEmpty()) {
            attributes.put(PROTOCOL, tls.protocol());
        }
        if (!tls.sessionId().isEmpty()) {
            attributes.put(SESSION_ID, tls.sessionId());
        }
        X509Certificate[] chain = tls.chain();
        if (chain != null) {
            attributes.put(CERTIFICATES, chain);
        }
        return attributes;
    }
}
