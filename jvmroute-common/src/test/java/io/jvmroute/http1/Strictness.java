package io.jvmroute.http1;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All that we refuse and HttpCore takes, each with what must then be wrong with the bytes.
 *
 * <p>RFC 9112 lets a recipient be lenient in most of these places. A hop can't afford it: what it took one way, the client behind it could
 * take another way, and where a response ends is where the next one begins.
 */
enum Strictness {
    /** RFC 9112 §2.2: a recipient may take a bare LF for the end of a line. */
    BARE_LF("response head with a bare LF", found("(?<!\r)\n")),
    /** RFC 9112 §4; the leading empty lines that §2.2 allows are for requests. */
    STATUS_LINE(
            "bad status line",
            response ->
                    !response.text().matches("(?s)HTTP/1\\.[01] [1-9][0-9]{2}( [\\t\\x20-\\x7e\\x80-\\xff]*)?\r\n.*")),
    /** RFC 9112 §5.1: no blank before the colon; §5.2: no obs-fold. */
    FIELD_NAME(
            "response field with a bad name",
            response -> fieldLines(response).anyMatch(line -> !line.matches("(?s)[!#$%&'*+.^_`|~0-9A-Za-z-]+:.*"))),
    /** RFC 9110 §5.5: a CR or NUL is dangerous, other controls are invalid. */
    FIELD_VALUE(
            "response field with a control character",
            response -> fieldLines(response).anyMatch(line -> line.matches("(?s).*[\\x00-\\x08\\x0a-\\x1f\\x7f].*"))),
    /** No rule of the RFCs: memory is bounded. HttpCore would refuse more than a hundred if the oracle let it. */
    FIELD_COUNT(
            "response head of more than " + ResponseHeadParser.DEFAULT_MAX_FIELDS + " fields",
            response -> fieldLines(response).count() > ResponseHeadParser.DEFAULT_MAX_FIELDS),
    /** RFC 9110 §8.6: at least one digit; more than 18 are no length that exists. */
    LENGTH_DIGITS("Content-Length of ", found("(?imd)^content-length:[ \t]*([^\r\n]{19,})?[ \t]*\r$")),
    /** RFC 9112 §6.3 rule 5. */
    LENGTH_NUMBER("Content-Length that is not a number", found("(?imd)^content-length:[ \t]*[0-9]*[^0-9\r\n]")),
    /** RFC 9112 §6.3 rule 5, also where the length does not count. */
    LENGTHS("several different Content-Lengths", found("(?is)\r\ncontent-length:.*\r\ncontent-length:")),
    /** RFC 9112 §6.1: other codings are legal, but not what we could pass on. */
    CODING(
            "Transfer-Encoding other than chunked",
            found(
                    "(?imd)^transfer-encoding:(?![ \t]*chunked[ \t]*\r$)|(?is)\r\ntransfer-encoding:.*\r\ntransfer-encoding:")),
    /** RFC 9112 §6.3 rule 3: ought to be handled as an error. */
    CODING_AND_LENGTH(
            "both Transfer-Encoding and Content-Length",
            found("(?is)\r\ntransfer-encoding:.*\r\ncontent-length:|\r\ncontent-length:.*\r\ntransfer-encoding:")),
    /** RFC 9112 §6.1: treat it as if the framing is faulty. */
    CODING_IN_HTTP_1_0("Transfer-Encoding in HTTP/1.0", found("^HTTP/1\\.0 ")),
    /** RFC 9112 §7.1, §2.2. */
    CHUNK_LINE("CR without LF in a chunked body", body("\r(?!\n)|(?<!\r)\n")),
    /** RFC 9112 §7.1: HttpCore takes a bare LF behind the payload. */
    CHUNK_END("chunk longer than its size", body("\n")),
    /** RFC 9112 §7.1: a size is hexadecimal digits, with a blank only before an extension (§7.1.1). */
    CHUNK_SIZE("chunk size that is not a number", body("[0-9a-fA-F][ \t]*[^0-9a-fA-F; \t]")),
    /** The same, from the first byte on. */
    CHUNK_WITHOUT_SIZE("chunk without a size", body("(^|\n)[^0-9a-fA-F]")),
    /** RFC 9112 §7.1: a recipient must anticipate large numbers. */
    CHUNK_SIZE_DIGITS("chunk size of too many digits", body("[0-9a-fA-F]{16}")),
    /** RFC 9110 §5.5, RFC 9112 §7.1.1: neither is a place for control characters. */
    CHUNK_CONTROL(
            "control character in a chunk extension or trailer",
            body("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]|\r(?!\n)|(?<!\r)\n")),
    /** RFC 9112 §7.1.2: a trailer is a field line as above. */
    TRAILER("trailer with a bad name", body("\n(?![!#$%&'*+.^_`|~0-9A-Za-z-]+:)")),
    /** RFC 9112 §8: HttpCore takes the end of the connection for the blank line behind the head or the trailers. */
    CUT_OFF(
            "cut off",
            response ->
                    !response.head().endsWith("\r\n\r\n") || !response.body().endsWith("\r\n\r\n"));

    private final String refusal;

    @SuppressWarnings("ImmutableEnumChecker") // its lambdas hold constants only
    private final Predicate<WireResponse> fault;

    Strictness(String refusal, Predicate<WireResponse> fault) {
        this.refusal = refusal;
        this.fault = fault;
    }

    private static Predicate<WireResponse> found(String regex) {
        Predicate<String> predicate = Pattern.compile(regex).asPredicate();
        return response -> predicate.test(response.head());
    }

    private static Predicate<WireResponse> body(String regex) {
        Predicate<String> predicate = Pattern.compile(regex).asPredicate();
        return response -> predicate.test(response.body());
    }

    private static Stream<String> fieldLines(WireResponse response) {
        return List.of(response.head().split("\r\n", -1)).stream().skip(1).filter(line -> !line.isEmpty());
    }

    /** Whether this is why we refused the response. */
    boolean explains(String ourRefusal, WireResponse response) {
        return ourRefusal.startsWith(refusal) && fault.test(response);
    }
}
