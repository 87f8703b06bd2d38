package io.jvmroute.affinity;

/** The value of a cookie as it stands in a header field. */
public final class CookieValue {
    private CookieValue() {}

    /** What it says: clients may put quotes around it (RFC 6265 §4.1.1), as {@code java.net.CookieManager} does beside a Max-Age. */
    public static String unquoted(String value) {
        String bare = value.strip();
        boolean quoted = bare.length() >= 2 && bare.startsWith("\"") && bare.endsWith("\"");
        return quoted ? bare.substring(1, bare.length() - 1) : bare;
    }
}
