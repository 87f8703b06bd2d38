package io.jvmroute.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.jvmroute.cluster.HopKey;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/**
 * Builds the text of one ticket after the other, and its code: HMAC-SHA256 (RFC 2104) with one key. One thread at a time.
 *
 * <p>The code covers a label and, each with its length before it, the ticket's text, the method and the target: no two
 * different triples give the same bytes.
 */
final class TicketSigner {
    static final char SEPARATOR = '~';

    /** How long a code is in base64url without padding (RFC 4648 §5). */
    static final int CODE_LENGTH = 43;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] LABEL = "jvmroute hop 1\n".getBytes(US_ASCII);
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Mac mac;
    private final byte[] text = new byte[HopTickets.MAX_LENGTH];
    private final byte[] chunk = new byte[1024];
    private final byte[] code = new byte[32];
    private int length;

    TicketSigner(HopKey key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.secret(), ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    void clear() {
        length = 0;
    }

    /** Appends a value in which neither the separator nor a character unfit for a header is left (RFC 3986 §2.1). */
    void put(String value) {
        separate();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                putEscaped(value.substring(i).getBytes(UTF_8));
                return;
            }
            if (isPlain(c)) {
                putByte(c);
            } else {
                putEscaped(c);
            }
        }
    }

    private void separate() {
        if (length > 0) {
            putByte(SEPARATOR);
        }
    }

    private void putEscaped(byte[] bytes) {
        for (byte b : bytes) {
            putEscaped(b);
        }
    }

    private void putEscaped(int b) {
        putByte('%');
        putByte(HEX[b >> 4 & 15]);
        putByte(HEX[b & 15]);
    }

    private void putByte(int b) {
        if (length < text.length) {
            text[length] = (byte) b;
        }
        length++;
    }

    static boolean isPlain(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || c == '.'
                || c == ':'
                || c == '-'
                || c == '_'
                || c == '['
                || c == ']';
    }

    /** The text so far and its code; {@link HopTickets#TOO_LONG} if that does not fit. */
    String sign(String method, String target) {
        if (length + 1 + CODE_LENGTH > text.length) {
            return HopTickets.TOO_LONG;
        }
        byte[] itsCode = code(method, target);
        separate();
        for (byte b : itsCode) {
            putByte(b);
        }
        return new String(text, 0, length, US_ASCII);
    }

    /** Takes the text of a ticket as it came. */
    void putText(String header, int end) {
        for (int i = 0; i < end; i++) {
            putByte(header.charAt(i));
        }
    }

    /** The code of the text so far, in base64url. */
    byte[] code(String method, String target) {
        mac.update(LABEL);
        updateLength(length);
        mac.update(text, 0, length);
        update(method);
        update(target);
        try {
            mac.doFinal(code, 0);
        } catch (ShortBufferException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes", e);
        }
        return BASE64.encode(code);
    }

    private void update(String value) {
        updateLength(value.length());
        for (int start = 0; start < value.length(); start += chunk.length) {
            int part = Math.min(chunk.length, value.length() - start);
            for (int i = 0; i < part; i++) {
                chunk[i] = (byte) value.charAt(start + i);
            }
            mac.update(chunk, 0, part);
        }
    }

    private void updateLength(int value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            chunk[i] = (byte) (value >> (24 - 8 * i));
        }
        mac.update(chunk, 0, Integer.BYTES);
    }
}
