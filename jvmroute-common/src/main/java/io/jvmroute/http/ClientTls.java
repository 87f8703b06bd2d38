package io.jvmroute.http;

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

    private static String value(String word) {
        return word.equals(NONE) ? "" : word;
    }
}
