package io.jvmroute.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Finds the payload in a chunked body (RFC 9112 §7.1) without copying it. Trailers are checked and kept as text until the next
 * body.
 *
 * <pre>
 *           +--------------------------------------------+
 *           v                                            |
 * SIZE -> [EXTENSION] -> SIZE_LF -> DATA -> DATA_CR -> DATA_LF
 *                          |
 *                          +(0)-> TRAILER -> ... -> END
 * </pre>
 *
 * <p>Strict: only CRLF ends a line, a size has 1 to 15 digits, a blank after it only before an extension. One thread at a time.
 */
public final class ChunkedDecoder {
    /** The result of {@link #next} at the end of the body. */
    public static final int END_OF_BODY = -1;

    private static final int MAX_SIZE_DIGITS = 15;
    private static final int MAX_EXTENSION = 4096;
    private static final int MAX_TRAILERS = 8192;

    private enum State {
        SIZE,
        BEFORE_EXTENSION,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER_START,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        LAST_LF,
        END
    }

    private State state = State.SIZE;
    private long left;
    private int digits;
    private int overhead;
    private byte[] trailers = {}; // name:value and LF for each, without the CR
    private int trailersLength;

    /** Makes ready for the next body. */
    public void reset() {
        state = State.SIZE;
        left = 0;
        digits = 0;
        overhead = 0;
        trailersLength = 0;
    }

    /**
     * The trailer fields that go on (RFC 9110 §6.5.1), in the order in which they came; several of one name as one list (§5.3).
     *
     * @param head the head of the same message, whose Connection may name some
     */
    public Map<String, String> trailers(ResponseHeadParser head) {
        if (trailersLength == 0) {
            return Map.of();
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (int start = 0, end; start < trailersLength; start = end + 1) {
            int colon = find(':', start);
            end = find('\n', colon);
            if (head.isTrailerEndToEnd(trailers, start, colon - start)) {
                String name = new String(trailers, start, colon - start, ISO_8859_1);
                String value = new String(trailers, colon + 1, end - colon - 1, ISO_8859_1).strip();
                fields.merge(name, value, (first, next) -> first + ", " + next);
            }
        }
        return fields;
    }

    private int find(char c, int from) {
        int at = from;
        while (trailers[at] != c) {
            at++;
        }
        return at;
    }

    private void keep(int c) {
        if (trailersLength == trailers.length) {
            trailers = Arrays.copyOf(trailers, Math.max(256, 2 * trailersLength));
        }
        trailers[trailersLength++] = (byte) c;
    }

    /**
     * Takes framing from {@code in} until payload is at its position.
     *
     * @return how many bytes from the position on are payload, all of which the caller must take before the next call; 0 if
     *     more input is needed; {@link #END_OF_BODY} at the end, where {@code in} may still hold what follows
     * @throws HttpSyntaxException if the framing is malformed
     */
    public int next(ByteBuffer in) throws HttpSyntaxException {
        while (state != State.END) {
            if (!in.hasRemaining()) {
                return 0;
            }
            if (state == State.DATA) {
                int part = (int) Math.min(left, in.remaining());
                left -= part;
                if (left == 0) {
                    state = State.DATA_CR;
                }
                return part;
            }
            state = after(in.get());
        }
        return END_OF_BODY;
    }

    private State after(int c) throws HttpSyntaxException {
        return switch (state) {
            case SIZE -> afterSize(c);
            case BEFORE_EXTENSION -> Syntax.isBlank(c) ? counted(State.BEFORE_EXTENSION) : extension(c);
            case EXTENSION -> c == '\r' ? State.SIZE_LF : value(c, State.EXTENSION);
            case SIZE_LF -> lineFeed(c, left == 0 ? State.TRAILER_START : State.DATA);
            case DATA_CR -> {
                require(c == '\r', "chunk longer than its size");
                yield State.DATA_LF;
            }
            case DATA_LF -> {
                digits = 0;
                overhead = 0;
                yield lineFeed(c, State.SIZE);
            }
            case TRAILER_START -> c == '\r' ? State.LAST_LF : trailerName(c);
            case TRAILER_NAME -> c == ':' ? kept(c, State.TRAILER_VALUE) : trailerName(c);
            case TRAILER_VALUE -> c == '\r' ? kept('\n', State.TRAILER_LF) : trailerValue(c);
            case TRAILER_LF -> lineFeed(c, State.TRAILER_START);
            case LAST_LF -> lineFeed(c, State.END);
            case DATA, END -> throw new AssertionError(state);
        };
    }

    private State afterSize(int c) throws HttpSyntaxException {
        int digit = Syntax.hex(c);
        if (digit >= 0) {
            require(++digits <= MAX_SIZE_DIGITS, "chunk size of too many digits");
            left = 16 * left + digit;
            return State.SIZE;
        }
        require(digits > 0, "chunk without a size");
        if (c == '\r') {
            return State.SIZE_LF;
        }
        return Syntax.isBlank(c) ? State.BEFORE_EXTENSION : extension(c);
    }

    private static State extension(int c) throws HttpSyntaxException {
        require(c == ';', "chunk size that is not a number");
        return State.EXTENSION;
    }

    private State trailerName(int c) throws HttpSyntaxException {
        require(Syntax.isToken(c), "trailer with a bad name");
        return kept(c, State.TRAILER_NAME);
    }

    private State trailerValue(int c) throws HttpSyntaxException {
        State next = value(c, State.TRAILER_VALUE);
        keep(c);
        return next;
    }

    private State kept(int c, State next) throws HttpSyntaxException {
        State counted = counted(next);
        keep(c);
        return counted;
    }

    private State value(int c, State next) throws HttpSyntaxException {
        require(Syntax.isValue(c), "control character in a chunk extension or trailer");
        return counted(next);
    }

    private State counted(State next) throws HttpSyntaxException {
        int limit = next == State.EXTENSION || next == State.BEFORE_EXTENSION ? MAX_EXTENSION : MAX_TRAILERS;
        if (++overhead > limit) {
            throw HttpSyntaxException.tooLarge("chunk extension or trailers of more than " + limit + " bytes");
        }
        return next;
    }

    private static State lineFeed(int c, State next) throws HttpSyntaxException {
        require(c == '\n', "CR without LF in a chunked body");
        return next;
    }

    private static void require(boolean holds, String message) throws HttpSyntaxException {
        if (!holds) {
            throw HttpSyntaxException.malformed(message);
        }
    }
}
