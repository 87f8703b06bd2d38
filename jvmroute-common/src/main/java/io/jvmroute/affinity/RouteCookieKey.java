package io.jvmroute.affinity;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals route cookies and opens them: nobody without the secret reads or makes one. Immutable, thread-safe.
 *
 * <pre>
 * base64url( version 1 | key id 4 | code 16 | AES-CTR( route length 1 | id 16 | issued 5 | used 5 | route | zeros ) )
 * </pre>
 *
 * <p>The code is HMAC-SHA256 over the plain text, and the counter block of the encryption too: no nonce can be used twice, since two equal
 * texts are one cookie (P. Rogaway, T. Shrimpton: Deterministic Authenticated-Encryption. EUROCRYPT 2006; RFC 5297 does the same with
 * CMAC). The text is padded, so that its length does not tell the route's, and to a multiple of three bytes with what stands before it: each
 * bit of the value then counts, there are none that Base64 ignores.
 *
 * <p>The version after this one may put more behind the route, and covers its number by the code: so it is read as far as it is known while a cluster is
 * upgraded.
 */
public final class RouteCookieKey {
    /** The longest value that {@link #seal} makes: longer ones are not looked at. */
    public static final int MAX_LENGTH = 160;

    static final byte VERSION = 1;
    static final byte NEXT_VERSION = 2;

    private static final int KEY_ID = 4;
    private static final int CODE = 16;
    private static final int HEAD = 1 + KEY_ID + CODE;
    private static final int TIME = 5;
    private static final int FIXED = 1 + 2 * Long.BYTES + 2 * TIME;
    private static final int PADDING = 24;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final byte[] id;
    private final SecretKeySpec macKey;
    private final SecretKeySpec cipherKey;

    /** The keys that are made of {@code secret}. */
    public RouteCookieKey(byte[] secret) {
        id = Arrays.copyOf(KeyedHash.hmac(secret, "jvmroute route cookie id 1"), KEY_ID);
        macKey = new SecretKeySpec(KeyedHash.hmac(secret, "jvmroute route cookie code 1"), "HmacSHA256");
        cipherKey = new SecretKeySpec(KeyedHash.hmac(secret, "jvmroute route cookie cipher 1"), "AES");
    }

    /** The value of the cookie. */
    public String seal(RouteCookie cookie) {
        return seal(cookie, VERSION, new byte[0]);
    }

    /** The same as another version may seal it, with more behind the route. */
    String seal(RouteCookie cookie, byte version, byte[] more) {
        byte[] route = cookie.route().getBytes(US_ASCII);
        int used = FIXED + route.length + more.length;
        ByteBuffer text = ByteBuffer.allocate((used + PADDING - 1) / PADDING * PADDING)
                .put((byte) route.length)
                .putLong(cookie.id().high())
                .putLong(cookie.id().low());
        putTime(text, cookie.issuedSeconds());
        putTime(text, cookie.usedSeconds());
        text.put(route).put(more);
        byte[] code = code(version, text.array());
        byte[] hidden = crypt(code, text.array(), 0, text.capacity());
        return ENCODER.encodeToString(ByteBuffer.allocate(HEAD + hidden.length)
                .put(version)
                .put(id)
                .put(code)
                .put(hidden)
                .array());
    }

    private static void putTime(ByteBuffer to, long seconds) {
        to.put((byte) (seconds >> Integer.SIZE)).putInt((int) seconds);
    }

    /** What was sealed with this key, or null: any other text, whatever was done to it. */
    public @Nullable RouteCookie open(String value) {
        byte[] bytes = decode(value);
        boolean mine = bytes.length > HEAD
                && (bytes.length - HEAD) % PADDING == 0
                && (bytes[0] == VERSION || bytes[0] == NEXT_VERSION)
                && Arrays.equals(bytes, 1, 1 + KEY_ID, id, 0, KEY_ID);
        if (!mine) {
            return null;
        }
        byte[] code = Arrays.copyOfRange(bytes, 1 + KEY_ID, HEAD);
        byte[] text = crypt(code, bytes, HEAD, bytes.length - HEAD);
        return MessageDigest.isEqual(code, code(bytes[0], text)) ? read(ByteBuffer.wrap(text)) : null;
    }

    private static byte[] decode(String value) {
        if (value.length() % 4 != 0 || value.length() > MAX_LENGTH || value.indexOf('=') >= 0) {
            return new byte[0];
        }
        try {
            return Base64.getUrlDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /** The text is authentic here. */
    private static RouteCookie read(ByteBuffer text) {
        byte[] route = new byte[text.get()];
        AffinityKey key = new AffinityKey(text.getLong(), text.getLong());
        long issued = time(text);
        long used = time(text);
        text.get(route);
        return new RouteCookie(new String(route, US_ASCII), key, issued, used);
    }

    private static long time(ByteBuffer from) {
        return (((long) from.get() & 0xff) << Integer.SIZE) | (from.getInt() & 0xffff_ffffL);
    }

    private byte[] code(byte version, byte[] text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(macKey);
            if (version > VERSION) {
                mac.update(version);
            }
            return Arrays.copyOf(mac.doFinal(text), CODE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    private byte[] crypt(byte[] code, byte[] bytes, int offset, int length) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, cipherKey, new IvParameterSpec(code)); // a stream: both ways the same
            return cipher.doFinal(bytes, offset, length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the platform lacks AES/CTR/NoPadding", e);
        }
    }

    /** The public name alone. */
    @Override
    public String toString() {
        return "RouteCookieKey[" + java.util.HexFormat.of().formatHex(id) + "]";
    }
}
