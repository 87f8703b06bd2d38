package io.jvmroute.affinity;

import org.jspecify.annotations.Nullable;

/** Finds a path parameter (RFC 3986 §3.3) in a path as it was sent, in any of its segments. */
public final class PathParameter {
    private PathParameter() {}

    /**
     * The value of the last {@code ;name=} in {@code path}, or null. The name's case counts and nothing is decoded: so does
     * Tomcat. A query in {@code path} is not looked at. Allocates only the value it returns.
     */
    public static @Nullable String find(String path, String name) {
        return find(path, name, /* fromLast= */ 0);
    }

    /** The same for the {@code fromLast}th before the last, or null if there are not so many. */
    public static @Nullable String find(String path, String name, int fromLast) {
        int left = fromLast;
        int end = pathEnd(path);
        for (int semicolon = path.lastIndexOf(';', end - 1);
                semicolon >= 0;
                semicolon = path.lastIndexOf(';', semicolon - 1)) {
            int equals = semicolon + 1 + name.length();
            if (equals < end && path.startsWith(name, semicolon + 1) && path.charAt(equals) == '=' && left-- == 0) {
                return path.substring(equals + 1, valueEnd(path, equals + 1, end));
            }
        }
        return null;
    }

    private static int pathEnd(String path) {
        int query = path.indexOf('?');
        return query < 0 ? path.length() : query;
    }

    private static int valueEnd(String path, int from, int end) {
        for (int i = from; i < end; i++) {
            char c = path.charAt(i);
            if (c == ';' || c == '/') {
                return i;
            }
        }
        return end;
    }
}
