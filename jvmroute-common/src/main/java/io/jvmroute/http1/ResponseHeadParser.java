package io.jvmroute.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a response head piece by piece (RFC 9112 §4, §5), and tells how its body is framed.
 *
 * <p>The head is copied once; fields are positions in that copy, no text is made of them. Refused besides what the grammar
 * excludes: bare LF (§2.2), obs-fold (§5.2), blanks before the colon (§5.1), and all framing that two readers could take
 * differently (§6.3).
 *
 * <p>After an exception the connection is of no use. One thread at a time.
 */
public final class ResponseHeadParser {
    /** The default limit of the bytes of a head. */
    public static final int DEFAULT_LIMIT = 64 * 1024;

    /** The default limit of the number of fields. */
    public static final int DEFAULT_MAX_FIELDS = 256;

    private static final int FIRST_SIZE = 4096;
    private static final int FIRST_FIELDS = 32;
    private static final int VERSION_LENGTH = "HTTP/1.1".length();

    private final int limit;
    private final int maxFields;
    private final ResponseFraming framing = new ResponseFraming();
    private byte[] head;
    private int[] fields = new int[4 * FIRST_FIELDS]; // each: name offset and length, value offset and length
    private int fieldCount;
    private int filled;
    private int scanned;
    private int lineStart;
    private int status;
    private boolean toHead;

    /** A parser with the default limits. */
    public ResponseHeadParser() {
        this(DEFAULT_LIMIT, DEFAULT_MAX_FIELDS);
    }

    /**
     * A parser with limits of its own.
     *
     * @param limit how many bytes a head may have, blank line included
     * @param maxFields how many fields
     */
    public ResponseHeadParser(int limit, int maxFields) {
        this.limit = limit;
        this.maxFields = maxFields;
        head = new byte[Math.min(FIRST_SIZE, limit)];
    }

    /**
     * Makes ready for the next head.
     *
     * @param answersHead whether it answers a HEAD, so that no body follows
     */
    public void reset(boolean answersHead) {
        toHead = answersHead;
        fieldCount = 0;
        filled = 0;
        scanned = 0;
        lineStart = 0;
        status = 0;
        framing.clear();
    }

    /**
     * Takes bytes of {@code in} up to the end of the head. What follows the head stays there.
     *
     * @return whether the head is complete; if not, all of {@code in} was taken
     * @throws HttpSyntaxException if the head is malformed, ambiguous or too large
     */
    public boolean parse(ByteBuffer in) throws HttpSyntaxException {
        while (in.hasRemaining()) {
            if (filled == head.length) {
                grow();
            }
            int start = filled;
            int part = Math.min(in.remaining(), head.length - start);
            in.get(head, start, part);
            filled += part;
            if (scan()) {
                in.position(in.position() - (filled - scanned));
                return true;
            }
        }
        return false;
    }

    private void grow() throws HttpSyntaxException {
        if (head.length == limit) {
            throw HttpSyntaxException.tooLarge("response head of more than " + limit + " bytes");
        }
        head = Arrays.copyOf(head, Math.min(2 * head.length, limit));
    }

    /** Looks at new bytes; true at the blank line. */
    private boolean scan() throws HttpSyntaxException {
        byte[] bytes = head;
        int end = filled;
        for (int i = scanned; i < end; i++) {
            if (bytes[i] == '\n') {
                scanned = i + 1;
                if (i == lineStart || bytes[i - 1] != '\r') {
                    throw HttpSyntaxException.malformed("response head with a bare LF");
                }
                if (i - 1 == lineStart && lineStart > 0) {
                    framing.decide(status, toHead);
                    return true;
                }
                takeLine(lineStart, i - 1);
                lineStart = scanned;
            }
        }
        scanned = end;
        return false;
    }

    private void takeLine(int start, int end) throws HttpSyntaxException {
        if (start == 0) {
            takeStatusLine(end);
        } else {
            takeField(start, end);
        }
    }

    private void takeStatusLine(int end) throws HttpSyntaxException {
        boolean valid = end >= 12
                && isVersion()
                && head[8] == ' '
                && head[9] >= '1'
                && head[9] <= '9'
                && Syntax.isDigit(head[10])
                && Syntax.isDigit(head[11])
                && (end == 12 || head[12] == ' ')
                && Syntax.isValue(head, 12, end - 12);
        if (!valid) {
            throw HttpSyntaxException.malformed("bad status line");
        }
        status = 100 * (head[9] - '0') + 10 * (head[10] - '0') + (head[11] - '0');
        framing.version(head[VERSION_LENGTH - 1] - '0');
    }

    private boolean isVersion() {
        String expected = "HTTP/1.";
        for (int i = 0; i < expected.length(); i++) {
            if (head[i] != expected.charAt(i)) {
                return false;
            }
        }
        return head[7] == '0' || head[7] == '1';
    }

    private void takeField(int start, int end) throws HttpSyntaxException {
        int colon = start;
        while (colon < end && Syntax.isToken(head[colon])) {
            colon++;
        }
        if (colon == start || colon == end || head[colon] != ':') {
            throw HttpSyntaxException.malformed("response field with a bad name"); // obs-fold begins with a blank
        }
        int value = colon + 1;
        int valueEnd = end;
        while (value < valueEnd && Syntax.isBlank(head[value])) {
            value++;
        }
        while (valueEnd > value && Syntax.isBlank(head[valueEnd - 1])) {
            valueEnd--;
        }
        if (!Syntax.isValue(head, value, valueEnd - value)) {
            throw HttpSyntaxException.malformed("response field with a control character");
        }
        store(start, colon - start, value, valueEnd - value);
        framing.field(head, start, colon - start, value, valueEnd - value);
    }

    private void store(int name, int nameLength, int value, int valueLength) throws HttpSyntaxException {
        if (fieldCount == maxFields) {
            throw HttpSyntaxException.tooLarge("response head of more than " + maxFields + " fields");
        }
        int at = 4 * fieldCount++;
        if (at == fields.length) {
            fields = Arrays.copyOf(fields, 2 * fields.length);
        }
        fields[at] = name;
        fields[at + 1] = nameLength;
        fields[at + 2] = value;
        fields[at + 3] = valueLength;
    }

    /** The status code, 100 to 999. */
    public int status() {
        return status;
    }

    /** Whether the final response is still to come (RFC 9110 §15.2). */
    public boolean isInterim() {
        return status < 200;
    }

    /** How the body is framed. */
    public BodyFraming framing() {
        return framing.framing();
    }

    /** The value of Content-Length, -1 for none. Without a body too: that is what a HEAD asks for. */
    public long contentLength() {
        return framing.contentLength();
    }

    /** Whether the connection may carry another response after this one (RFC 9112 §9.3). */
    public boolean isKeepAlive() {
        return framing.isKeepAlive();
    }

    /** The number of fields. */
    public int fieldCount() {
        return fieldCount;
    }

    /** Where the slices lie. Valid until the next {@link #reset}. */
    public byte[] bytes() {
        return head;
    }

    /** The same in an array of the caller's, no longer than the head. */
    public byte[] copyOfBytes() {
        return Arrays.copyOf(head, scanned);
    }

    /** Where the name of field {@code i} begins. */
    public int nameOffset(int i) {
        return fields[4 * i];
    }

    /** How long the name of field {@code i} is. */
    public int nameLength(int i) {
        return fields[4 * i + 1];
    }

    /** Where the value of field {@code i} begins. */
    public int valueOffset(int i) {
        return fields[4 * i + 2];
    }

    /** How long the value of field {@code i} is. */
    public int valueLength(int i) {
        return fields[4 * i + 3];
    }

    /**
     * The value of a field that shall stand there once.
     *
     * @param lowerName its name in lower case
     * @return null if it is not there, or more than once
     */
    public @Nullable String onlyValue(String lowerName) {
        String value = null;
        for (int i = 0; i < fieldCount; i++) {
            if (FieldNames.is(head, nameOffset(i), nameLength(i), lowerName)) {
                if (value != null) {
                    return null;
                }
                value = new String(head, valueOffset(i), valueLength(i), ISO_8859_1);
            }
        }
        return value;
    }

    /** Whether there is a field of this name, given in lower case. */
    public boolean has(String lowerName) {
        for (int i = 0; i < fieldCount; i++) {
            if (FieldNames.is(head, nameOffset(i), nameLength(i), lowerName)) {
                return true;
            }
        }
        return false;
    }

    /** Whether field {@code i} goes on to the client: neither hop-by-hop nor named by Connection (RFC 9110 §7.6.1). */
    public boolean isEndToEnd(int i) {
        return !FieldNames.isHopByHop(head, nameOffset(i), nameLength(i))
                && !framing.options().names(head, nameOffset(i), nameLength(i));
    }

    /** Whether a trailer field of this response's body goes on to the client. */
    boolean isTrailerEndToEnd(byte[] text, int name, int nameLength) {
        return FieldNames.mayTrail(text, name, nameLength) && !framing.options().names(text, name, nameLength);
    }
}
