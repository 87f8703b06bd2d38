package io.jvmroute.forward;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS to backends whose url begins with {@code https}: 1.2 or 1.3, with the host name of the url checked against the certificate (RFC 9110 §4.3.4) and
 * sent along (SNI), and with sessions that are resumed. Thread-safe.
 */
public final class BackendTls {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final String[] APPLICATION_PROTOCOLS = {"http/1.1"};

    private final @Nullable KeyStore trustStore;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable SSLContext context;

    /**
     * TLS that is set up when it is first needed.
     *
     * @param trustStore the certificates to trust; null: those of the JDK
     */
    public BackendTls(@Nullable KeyStore trustStore) {
        this.trustStore = trustStore;
    }

    /** A connection over {@code socket}, before its handshake. */
    TlsChannel channel(SocketChannel socket, String host, int port, TunnelBuffers buffers) throws IOException {
        SSLEngine engine = context().createSSLEngine(host, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(PROTOCOLS);
        parameters.setApplicationProtocols(APPLICATION_PROTOCOLS);
        engine.setSSLParameters(parameters);
        return new TlsChannel(socket, engine, buffers);
    }

    /**
     * What connections are made with; the host name is the caller's to check.
     *
     * @throws IOException if this JDK can't
     */
    public SSLContext context() throws IOException {
        lock.lock();
        try {
            SSLContext made = context;
            if (made == null) {
                made = make();
                context = made;
            }
            return made;
        } catch (GeneralSecurityException e) {
            throw new LocalFailureException(e);
        } finally {
            lock.unlock();
        }
    }

    private SSLContext make() throws GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trustStore);
        SSLContext made = SSLContext.getInstance("TLS");
        made.init(null, trust.getTrustManagers(), null);
        return made;
    }
}
