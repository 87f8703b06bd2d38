package io.jvmroute.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.jvmroute.http.ClientEnd;
import io.jvmroute.http.ClientTls;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a frontend tells the owner with a forwarded request, and the owner trusts once it is authenticated: see {@link
 * HopTickets}. There is no clock in it: the nodes' clocks need not agree.
 *
 * @param from the incarnation of the frontend
 * @param to the incarnation of the owner
 * @param client the client's end, to be restored by the owner
 * @param keyHash the affinity key by which the frontend chose the owner, empty if there was none
 * @param epoch the epoch of the pin that the frontend knew, 0 for none
 * @param tlsDigest the {@link #digest} of the field that tells the client's TLS, empty if none comes along
 */
public record HopTicket(String from, String to, ClientEnd client, String keyHash, long epoch, String tlsDigest) {
    /** The field that carries a ticket between nodes. */
    public static final String HEADER = "Jvmroute-Hop";

    /** Checks the epoch. */
    public HopTicket {
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch: " + epoch + " (expected: >= 0)");
        }
    }

    /** SHA-256 of a value of {@link ClientTls#HEADER} in base64url, empty for null. */
    public static String digest(@Nullable String tls) {
        if (tls == null) {
            return "";
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(tls.getBytes(ISO_8859_1));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
