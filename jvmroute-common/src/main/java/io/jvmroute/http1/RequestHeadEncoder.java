package io.jvmroute.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes the head of a request that goes on to a backend (RFC 9112 §2 to §6), as a whole into the buffer that is sent.
 *
 * <p>In this order: {@link #begin}, the client's fields, {@link #endFields}, own fields, {@link #end}. What belongs to the
 * client's connection is dropped, then what Connection names (RFC 9110 §7.6.1), before own fields are added; framing is made
 * anew and never copied. A fault is remembered and thrown by {@link #end}, so that field sinks need no exception.
 *
 * <p>An instance encodes one head after the other, for one thread at a time.
 */
public final class RequestHeadEncoder {
    private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(ISO_8859_1);
    private static final byte[] CHUNKED = "Transfer-Encoding: chunked\r\n".getBytes(ISO_8859_1);
    private static final int MAX_NAME = 256;
    private static final int FIRST_SIZE = 2048;

    private final String[] ownNames;
    private final ConnectionOptions options = new ConnectionOptions();
    private final byte[] scratch = new byte[MAX_NAME];
    private byte[] head =
            new byte[FIRST_SIZE]; // in the heap: small puts into a direct buffer cost several times as much
    private int length;
    private ByteBuffer out = ByteBuffer.allocate(0);
    private int fieldsStart;
    private boolean expectsBody;
    private boolean hostSeen;
    private boolean acceptsTrailers;
    private @Nullable HttpSyntaxException fault;

    /**
     * An encoder that drops these fields when the client sends them, in any spelling.
     *
     * @param ownNames names in lower case
     */
    public RequestHeadEncoder(String... ownNames) {
        this.ownNames = ownNames.clone();
    }

    /**
     * Starts a head, which {@link #end} puts at the position of {@code buffer}.
     *
     * @param target the request target in ISO 8859-1, which is passed on as it is
     */
    public void begin(ByteBuffer buffer, String method, String target) {
        out = buffer;
        length = 0;
        fault = null;
        hostSeen = false;
        acceptsTrailers = false;
        options.clear();
        expectsBody = method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
        if (method.isEmpty() || target.isEmpty()) {
            fail("request line without method or target");
        }
        if (!fits(method.length() + target.length() + 1 + VERSION.length)) {
            return;
        }
        for (int i = 0; i < method.length(); i++) {
            char c = method.charAt(i);
            check(c < 0x80 && Syntax.isToken(c), "method", c);
            head[length++] = (byte) c;
        }
        head[length++] = ' ';
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            check(c <= 0xff && Syntax.isTarget(c), "target", c);
            head[length++] = (byte) c;
        }
        put(VERSION, 0, VERSION.length);
        fieldsStart = length;
    }

    /** One field of the client, as slices. */
    public void field(byte[] name, int nameOffset, int nameLength, byte[] value, int valueOffset, int valueLength) {
        if (FieldNames.is(name, nameOffset, nameLength, "connection")) {
            options.add(value, valueOffset, valueLength);
        } else if (isPassed(name, nameOffset, nameLength)) {
            put(name, nameOffset, nameLength, value, valueOffset, valueLength);
        } else if (FieldNames.is(name, nameOffset, nameLength, "te")) {
            takeTe(new String(value, valueOffset, valueLength, ISO_8859_1));
        } else if (FieldNames.isExactly(name, nameOffset, nameLength, "transfer-encoding")) {
            takeCoding(new String(value, valueOffset, valueLength, ISO_8859_1));
        }
    }

    /** One field of the client, as text. */
    public void field(String name, String value) {
        if (name.length() > MAX_NAME) {
            tooLarge("field name of " + name.length() + " characters");
            return;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            check(c < 0x80, "field name", c);
            scratch[i] = (byte) c;
        }
        if (FieldNames.is(scratch, 0, name.length(), "connection")) {
            byte[] names = value.getBytes(ISO_8859_1);
            options.add(names, 0, names.length);
        } else if (isPassed(scratch, 0, name.length())) {
            put(name.length(), value);
        } else if (FieldNames.is(scratch, 0, name.length(), "te")) {
            takeTe(value);
        } else if (FieldNames.isExactly(scratch, 0, name.length(), "transfer-encoding")) {
            takeCoding(value);
        }
    }

    /** Another coding would be lost, for the framing is made anew; containers may let it pass (RFC 9112 §6.1). */
    private void takeCoding(String value) {
        if (!value.strip().equalsIgnoreCase("chunked")) {
            fail("Transfer-Encoding other than chunked");
        }
    }

    private void takeTe(String value) {
        for (String coding : value.split(",", -1)) {
            acceptsTrailers |= coding.strip().equalsIgnoreCase("trailers");
        }
    }

    private boolean isPassed(byte[] name, int offset, int length) {
        if (FieldNames.isHopByHop(name, offset, length)
                || FieldNames.endsHere(name, offset, length)
                || FieldNames.isForwardedAlias(name, offset, length)
                || isOwn(name, offset, length)) {
            return false;
        }
        if (FieldNames.is(name, offset, length, "host")) {
            if (hostSeen) {
                fail("more than one Host field"); // RFC 9112 §3.2
            }
            hostSeen = true;
        }
        return true;
    }

    private boolean isOwn(byte[] name, int offset, int length) {
        for (String own : ownNames) {
            if (FieldNames.is(name, offset, length, own)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the client's fields had a Host. */
    public boolean hasHost() {
        return hostSeen;
    }

    /** Ends the client's fields: removes those that Connection named, wherever they stood. */
    public void endFields() {
        if (options.namesNoField() || fault != null) {
            return;
        }
        int kept = fieldsStart;
        for (int line = fieldsStart; line < length; ) {
            int next = line;
            while (head[next] != '\n') {
                next++;
            }
            next++;
            if (!isNominated(line)) {
                System.arraycopy(head, line, head, kept, next - line);
                kept += next - line;
            }
            line = next;
        }
        length = kept;
    }

    private boolean isNominated(int line) {
        int colon = line;
        while (head[colon] != ':') {
            colon++;
        }
        return options.names(head, line, colon - line);
    }

    /**
     * A field of our own.
     *
     * @param name at most 256 characters of US-ASCII
     */
    public void own(String name, String value) {
        beginOwn(name);
        add(value);
        endOwn();
    }

    /** Begins a field of our own, as {@link #own}; its value follows in parts, then {@link #endOwn}. */
    public void beginOwn(String name) {
        if (fits(name.length() + 2)) {
            for (int i = 0; i < name.length(); i++) {
                head[length++] = (byte) name.charAt(i);
            }
            colon();
        }
    }

    /** A part of the value of a field of our own. */
    public void add(String text) {
        if (fits(text.length())) {
            put(text);
        }
    }

    /** A part that is a number, not negative. */
    public void add(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        if (fits(digits)) {
            length += digits;
            long rest = number;
            for (int i = length - 1; i >= length - digits; i--) {
                head[i] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
        }
    }

    /** Ends a field of our own. */
    public void endOwn() {
        if (fits(2)) {
            crlf();
        }
    }

    /**
     * Writes the framing of the body and ends the head.
     *
     * @param bodyLength the length of the body, 0 for none, -1 for a chunked one
     * @throws HttpSyntaxException if a part of the head can't be sent as HTTP/1.1, or the buffer is too small for it
     */
    public void end(long bodyLength) throws HttpSyntaxException {
        if (bodyLength < 0) {
            if (fits(CHUNKED.length)) {
                put(CHUNKED, 0, CHUNKED.length);
            }
        } else if (bodyLength > 0 || expectsBody) { // RFC 9110 §8.6
            beginOwn("Content-Length");
            add(bodyLength);
            endOwn();
        }
        if (acceptsTrailers) { // RFC 9110 §10.1.4: of one connection, but we do the same on the next
            own("TE", "trailers");
            own("Connection", "TE");
        }
        if (fits(2)) {
            crlf();
        }
        HttpSyntaxException found = fault;
        if (found != null) {
            throw found;
        }
        out.put(head, 0, length);
    }

    /**
     * Appends a trailer field of the request whose head was encoded last, if it may go on (RFC 9110 §6.5.1): not if Connection named it in
     * the head, if it is one of ours, or if it can't be sent as HTTP/1.1.
     *
     * @param trailers where it goes, for {@link ChunkedEncoder#lastSize}
     */
    public void trailer(String name, String value, ByteBuffer trailers) {
        byte[] field = (name + ": " + value + "\r\n").getBytes(ISO_8859_1);
        int length = name.length();
        boolean passed = Syntax.isToken(field, 0, length)
                && Syntax.isValue(field, length + 2, field.length - length - 4)
                && FieldNames.mayTrail(field, 0, length)
                && !FieldNames.isForwardedAlias(field, 0, length)
                && !isOwn(field, 0, length)
                && !options.names(field, 0, length);
        if (passed && field.length <= trailers.remaining()) {
            trailers.put(field);
        }
    }

    private void put(byte[] name, int nameOffset, int nameLength, byte[] value, int valueOffset, int valueLength) {
        if (!Syntax.isToken(name, nameOffset, nameLength) || !Syntax.isValue(value, valueOffset, valueLength)) {
            fail("field with a character that is not allowed");
        }
        if (fits(nameLength + valueLength + 4)) {
            put(name, nameOffset, nameLength);
            colon();
            put(value, valueOffset, valueLength);
            crlf();
        }
    }

    /** The name is in {@link #scratch}. */
    private void put(int nameLength, String value) {
        if (!Syntax.isToken(scratch, 0, nameLength)) {
            fail("field with a character that is not allowed");
        }
        if (fits(nameLength + value.length() + 4)) {
            put(scratch, 0, nameLength);
            colon();
            put(value);
            crlf();
        }
    }

    private void put(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            check(c <= 0xff && Syntax.isValue(c), "field value", c);
            head[length++] = (byte) c;
        }
    }

    private void put(byte[] text, int offset, int size) {
        System.arraycopy(text, offset, head, length, size);
        length += size;
    }

    private void colon() {
        head[length++] = ':';
        head[length++] = ' ';
    }

    private void crlf() {
        head[length++] = '\r';
        head[length++] = '\n';
    }

    /** Makes room for {@code more} bytes, if the buffer will have it. */
    private boolean fits(int more) {
        if (out.remaining() - length < more) {
            tooLarge("request head of more than " + length + " bytes");
        } else if (head.length - length < more) {
            head = Arrays.copyOf(head, Math.max(length + more, Math.min(2 * head.length, out.remaining())));
        }
        return fault == null;
    }

    private void check(boolean holds, String where, int c) {
        if (!holds) {
            fail(where + " with the character " + Syntax.describe(c));
        }
    }

    private void fail(String message) {
        if (fault == null) {
            fault = HttpSyntaxException.malformed(message);
        }
    }

    private void tooLarge(String message) {
        if (fault == null) {
            fault = HttpSyntaxException.tooLarge(message);
        }
    }
}
