package io.jvmroute.http1;

import java.util.List;

/**
 * What a field name means to a hop, told from its bytes.
 *
 * <p>Names are compared without regard to case, and {@code _} counts as {@code -}: gateways that turn names into variables
 * (CGI, RFC 3875 §4.1.18) can't tell the two apart, so an alias would slip past a stripped field.
 */
final class FieldNames {
    private FieldNames() {}

    /** Whether the name is {@code lower}, which is written in lower case with dashes. */
    static boolean is(byte[] text, int offset, int length, String lower) {
        return length == lower.length() && startsWith(text, offset, length, lower);
    }

    /** Whether the name is {@code lower} to every reader of HTTP: an alias is another field, and frames nothing. */
    static boolean isExactly(byte[] text, int offset, int length, String lower) {
        if (!is(text, offset, length, lower)) {
            return false;
        }
        for (int i = offset; i < offset + length; i++) {
            if (text[i] == '_') {
                return false;
            }
        }
        return true;
    }

    static boolean startsWith(byte[] text, int offset, int length, String lower) {
        if (length < lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            if (fold(text[offset + i]) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static int fold(int c) {
        if (c >= 'A' && c <= 'Z') {
            return c + ('a' - 'A');
        }
        return c == '_' ? '-' : c;
    }

    /** Fields of one connection, and those that frame a message: each hop makes its own (RFC 9110 §7.6.1, RFC 9112 §6). */
    static boolean isHopByHop(byte[] text, int offset, int length) {
        return switch (length) { // most names have another length: nothing is compared
            case 2 -> is(text, offset, length, "te");
            case 7 -> is(text, offset, length, "upgrade");
            case 10 -> is(text, offset, length, "connection") || is(text, offset, length, "keep-alive");
            case 14 -> is(text, offset, length, "content-length") || is(text, offset, length, "http2-settings");
            case 16 -> is(text, offset, length, "proxy-connection");
            case 17 -> is(text, offset, length, "transfer-encoding");
            default -> false;
        };
    }

    /**
     * Request fields that end here besides the hop-by-hop ones. Expect: the forwarder itself lets the client go on.
     * Proxy-Authorization is for a proxy that asked for it (RFC 9110 §11.7.2); behind a gateway there is none, and credentials
     * travel no further than they must.
     */
    static boolean endsHere(byte[] text, int offset, int length) {
        return is(text, offset, length, "expect") || is(text, offset, length, "proxy-authorization");
    }

    private static final List<String> NO_TRAILERS = List.of(
            "host", // routing
            "max-forwards",
            "via",
            "forwarded",
            "cache-control", // modifiers of the request, control of the response
            "pragma",
            "expect",
            "range",
            "age",
            "date",
            "expires",
            "location",
            "retry-after",
            "vary",
            "warning",
            "authorization", // authentication and state
            "proxy-authorization",
            "proxy-authenticate",
            "www-authenticate",
            "cookie",
            "set-cookie",
            "trailer");

    /**
     * Whether a field may stand in a trailer section: neither framing, routing, request modifiers, authentication, response control nor
     * content fields (RFC 9110 §6.5.1), of which the digest alone is meant to come late (RFC 9530 §2).
     */
    static boolean mayTrail(byte[] text, int offset, int length) {
        if (isHopByHop(text, offset, length)
                || startsWith(text, offset, length, "if-")
                || startsWith(text, offset, length, "x-forwarded-")
                || startsWith(text, offset, length, "jvmroute-")) {
            return false;
        }
        if (startsWith(text, offset, length, "content-")) {
            return is(text, offset, length, "content-digest");
        }
        for (String name : NO_TRAILERS) {
            if (is(text, offset, length, name)) {
                return false;
            }
        }
        return true;
    }

    /** An odd spelling of a field that a backend may trust. */
    static boolean isForwardedAlias(byte[] text, int offset, int length) {
        if (!startsWith(text, offset, length, "x-forwarded-")) {
            return false;
        }
        for (int i = offset; i < offset + length; i++) {
            if (text[i] == '_') {
                return true;
            }
        }
        return false;
    }

    /** Fields that Connection can't have removed: otherwise a client chooses what the backend does not see. */
    static boolean isProtected(byte[] text, int offset, int length) {
        return is(text, offset, length, "host")
                || is(text, offset, length, "cookie")
                || is(text, offset, length, "set-cookie")
                || is(text, offset, length, "authorization")
                || is(text, offset, length, "forwarded")
                || startsWith(text, offset, length, "content-")
                || startsWith(text, offset, length, "x-forwarded-");
    }
}
