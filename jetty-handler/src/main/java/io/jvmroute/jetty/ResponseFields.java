package io.jvmroute.jetty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.jvmroute.http1.ResponseHeadParser;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Makes Jetty's fields of the responses of one connection. A backend says much the same in each, so that a field of the last response serves again where
 * its bytes are the same, and no text is made for it. Used by one thread at a time.
 */
final class ResponseFields {
    private static final int REMEMBERED = 16;
    private static final int LONGEST_VALUE = 128;

    private final @Nullable HttpField[] last = new HttpField[REMEMBERED];
    private @Nullable HttpField length;

    /** Adds the fields that may travel on. */
    void copy(ResponseHeadParser head, HttpFields.Mutable to) {
        for (int i = 0; i < head.fieldCount(); i++) {
            if (head.isEndToEnd(i)) {
                to.add(field(head, i));
            }
        }
    }

    private HttpField field(ResponseHeadParser head, int i) {
        HttpField known = i < REMEMBERED ? last[i] : null;
        if (known != null && isSame(known, head, i)) {
            return known;
        }
        HttpField made = make(head, i);
        if (i < REMEMBERED) {
            last[i] = head.valueLength(i) <= LONGEST_VALUE ? made : null;
        }
        return made;
    }

    private static HttpField make(ResponseHeadParser head, int i) {
        byte[] bytes = head.bytes();
        int name = head.nameOffset(i);
        int nameLength = head.nameLength(i);
        String value = new String(bytes, head.valueOffset(i), head.valueLength(i), ISO_8859_1);
        HttpHeader known = HttpHeader.CACHE.getBest(bytes, name, nameLength);
        return known != null && known.asString().length() == nameLength
                ? new HttpField(known, value)
                : new HttpField(new String(bytes, name, nameLength, ISO_8859_1), value);
    }

    private static boolean isSame(HttpField field, ResponseHeadParser head, int i) {
        byte[] bytes = head.bytes();
        return isText(field.getValue(), bytes, head.valueOffset(i), head.valueLength(i), /* anyCase= */ false)
                && isText(
                        field.getName(),
                        bytes,
                        head.nameOffset(i),
                        head.nameLength(i),
                        /* anyCase= */ field.getHeader() != null);
    }

    private static boolean isText(String text, byte[] bytes, int from, int length, boolean anyCase) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            int its = text.charAt(i);
            int other = bytes[from + i] & 0xff;
            if (its != other && !(anyCase && lower(its) == lower(other))) {
                return false;
            }
        }
        return true;
    }

    private static int lower(int octet) {
        return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
    }

    /** The field of this length. */
    HttpField contentLength(long octets) {
        HttpField known = length;
        if (known == null || known.getLongValue() != octets) {
            known = new HttpField.LongValueHttpField(HttpHeader.CONTENT_LENGTH, octets);
            length = known;
        }
        return known;
    }
}
