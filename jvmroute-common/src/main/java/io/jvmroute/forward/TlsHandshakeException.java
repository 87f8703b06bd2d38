package io.jvmroute.forward;

import java.io.IOException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/** A backend with which no TLS connection came up: no byte of a request was sent. */
public final class TlsHandshakeException extends IOException {
    private static final long serialVersionUID = 1;

    private final ProxyError error;

    /** A handshake that ended so. */
    public TlsHandshakeException(SSLException cause) {
        super(errorOf(cause).type() + ": " + cause.getMessage(), cause);
        error = errorOf(cause);
    }

    private static ProxyError errorOf(SSLException cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof CertificateException) {
                return ProxyError.TLS_CERTIFICATE_ERROR;
            }
        }
        boolean alert = String.valueOf(cause.getMessage()).contains("Received fatal alert"); // all that the JDK tells
        return alert ? ProxyError.TLS_ALERT_RECEIVED : ProxyError.TLS_PROTOCOL_ERROR;
    }

    ProxyError error() {
        return error;
    }
}
