package io.jvmroute.affinity;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the ordered list {@code affinity}: where to look for what a request tells about its home.
 *
 * @param kind which source
 * @param name the cookie or header that it reads; empty where the kind needs none
 * @param query the query parameter that carries the same value, for {@link Kind#APP_COOKIE}; empty for none
 * @param path the path parameter that carries the same value, for {@link Kind#APP_COOKIE}; empty for none
 */
public record SourceSpec(Kind kind, String name, String query, String path) {
    /** What may stand in the list, for error messages. */
    public static final String EXPECTED = "session, cookie, app-cookie(NAME), header(NAME), client-ip or tls-session";

    /** What a source reads. */
    public enum Kind {
        /** The route in the session id. */
        SESSION,
        /** The route cookie that the product itself sets. */
        COOKIE,
        /** A cookie of the application, learned from its responses. */
        APP_COOKIE,
        /** The value of a request header. */
        HEADER,
        /** The address of the client. */
        CLIENT_IP,
        /** The session id of TLS 1.2. */
        TLS_SESSION;

        private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

        boolean isNamed() {
            return this == APP_COOKIE || this == HEADER;
        }
    }

    /** The session id: the default, alone. */
    public static final SourceSpec SESSION = new SourceSpec(Kind.SESSION, "", "", "");

    /** The entry that {@code text} says, such as {@code client-ip} or {@code app-cookie(SID;query=sid)}; null if none. */
    public static @Nullable SourceSpec parse(String text) {
        int open = text.indexOf('(');
        String word = open < 0 ? text : text.substring(0, open).strip();
        String inside = open >= 0 && text.endsWith(")") ? text.substring(open + 1, text.length() - 1) : "";
        for (Kind kind : Kind.values()) {
            if (kind.word.equals(word)) {
                if (kind.isNamed()) {
                    return named(kind, inside);
                }
                return open < 0 ? new SourceSpec(kind, "", "", "") : null;
            }
        }
        return null;
    }

    private static @Nullable SourceSpec named(Kind kind, String inside) {
        String[] parts = inside.split(";", -1);
        String query = "";
        String path = "";
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].strip();
            if (kind == Kind.APP_COOKIE && part.startsWith("query=") && query.isEmpty()) {
                query = part.substring("query=".length());
            } else if (kind == Kind.APP_COOKIE && part.startsWith("path=") && path.isEmpty()) {
                path = part.substring("path=".length());
            } else {
                return null;
            }
            if (!isToken(part.substring(part.indexOf('=') + 1))) {
                return null;
            }
        }
        String name = parts[0].strip();
        return isToken(name) ? new SourceSpec(kind, name, query, path) : null;
    }

    /** Whether {@code text} is a token (RFC 9110 §5.6.2): the name of a field or a cookie. */
    public static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** The entries of a list as text, cut at the commas outside of parentheses; blank ones are left out. */
    public static List<String> split(String list) {
        List<String> entries = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= list.length(); i++) {
            char c = i == list.length() ? ',' : list.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (c == ',' && (depth <= 0 || i == list.length())) {
                String entry = list.substring(start, i).strip();
                if (!entry.isEmpty()) {
                    entries.add(entry);
                }
                start = i + 1;
            }
        }
        return List.copyOf(entries);
    }

    /** As it stands in the list. */
    @Override
    public String toString() {
        if (!kind.isNamed()) {
            return kind.word;
        }
        return kind.word
                + '('
                + name
                + (query.isEmpty() ? "" : ";query=" + query)
                + (path.isEmpty() ? "" : ";path=" + path)
                + ')';
    }
}
