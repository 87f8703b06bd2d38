package io.jvmroute.http;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the container that ended the client's TLS knows of it: the owner's application shall find it in its request attributes (Jakarta
 * Servlet 6.0 §3.10) as if there had been no hop.
 *
 * @param protocol such as {@code TLSv1.3}
 * @param cipherSuite the name by RFC 8446 appendix B.4 or RFC 5246 appendix A.5
 * @param keySize in bits
 * @param sessionId in the container's hexadecimal digits, empty if there is none
 * @param certificates the client's chain, its own first, each the Base64 of its DER form; empty if it showed none
 */
public record ClientTls(String protocol, String cipherSuite, int keySize, String sessionId, List<String> certificates) {
    /** The field that carries it between nodes; the ticket of the hop has its digest. */
    public static final String HEADER = "Jvmroute-Tls";

    private static final String NONE = "-";
    private static final int VALUES = 5;

    /** Copies the list. */
    public ClientTls {
        certificates = List.copyOf(certificates);
    }

    /** The certificates of a chain in the form of {@link #certificates}; none of null. */
    public static List<String> encoded(X509Certificate @Nullable [] chain) {
        List<String> encoded = new ArrayList<>();
        for (X509Certificate certificate : chain == null ? new X509Certificate[0] : chain) {
            try {
                encoded.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate that TLS has brought", e);
            }
        }
        return encoded;
    }

    /**
     * The client's chain, null if it showed none.
     *
     * @throws IllegalArgumentException if one is no certificate
     */
    public X509Certificate @Nullable [] chain() {
        if (certificates.isEmpty()) {
            return null;
        }
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            X509Certificate[] chain = new X509Certificate[certificates.size()];
            for (int i = 0; i < chain.length; i++) {
                byte[] der = Base64.getDecoder().decode(certificates.get(i));
                chain[i] = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
            }
            return chain;
        } catch (CertificateException e) {
            throw new IllegalArgumentException(HEADER + ": not a certificate", e);
        }
    }

    /** The value of {@link #HEADER}: five words, the certificates joined by commas, {@code -} for what is empty. */
    public String encode() {
        return word(protocol)
                + ' '
                + word(cipherSuite)
                + ' '
                + keySize
                + ' '
                + word(sessionId)
                + ' '
                + word(String.join(",", certificates));
    }

    private static String word(String value) {
        return value.isEmpty() ? NONE : value;
    }

    /** What a value of {@link #HEADER} says, null if that is not what {@link #encode} makes. */
    public static @Nullable ClientTls decode(String value) {
        String[] words = value.split(" ", VALUES + 1);
        if (words.length != VALUES) {
            return null;
        }
        try {
            String chain = value(words[4]);
            return new ClientTls(
                    value(words[0]),
                    value(words[1]),
                    Integer.parseInt(words[2]),
                    value(words[3]),
                    chain.isEmpty() ? List.of() : List.of(chain.split(",", -1)));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /**
     * {@link #decode} of a value that the hop's ticket has vouched for.
     *
     * @throws IllegalArgumentException if it is of another version
     */
    public static ClientTls vouched(String value) {
        ClientTls tls = decode(value);
        if (tls == null) {
            throw new IllegalArgumentException(HEADER + ": not of this version");
        }
        return tls;
    }

    private static String value(String word) {
        return word.equals(NONE) ? "" : word;
    }
}
