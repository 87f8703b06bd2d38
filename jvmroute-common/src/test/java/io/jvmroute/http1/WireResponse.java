package io.jvmroute.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * Bytes that may be a response, and what the request was.
 *
 * @param text the bytes, in ISO 8859-1
 * @param toHead whether it answers a HEAD
 */
record WireResponse(String text, boolean toHead) {
    byte[] bytes() {
        return text.getBytes(ISO_8859_1);
    }

    /** The head with its blank line as a strict reader finds it, or all. */
    String head() {
        int end = text.indexOf("\r\n\r\n");
        return end < 0 ? text : text.substring(0, end + 4);
    }

    /** All behind {@link #head}. */
    String body() {
        return text.substring(head().length());
    }

    @Override
    public String toString() {
        StringBuilder escaped = new StringBuilder(toHead ? "HEAD: " : "");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\r' -> escaped.append("\\r");
                case '\n' -> escaped.append("\\n\n");
                case '\t' -> escaped.append("\\t");
                default -> escaped.append(c < ' ' || c > '~' ? Syntax.describe(c) : String.valueOf(c));
            }
        }
        return escaped.toString();
    }
}
