package io.jvmroute.affinity;

import org.jspecify.annotations.Nullable;

/** The rules for route names: what Tomcat calls {@code jvmRoute} and Jetty {@code workerName}. */
public final class Route {
    /** The longest name, in characters. */
    public static final int MAX_LENGTH = 64;

    /** The rule in words, for error messages. */
    public static final String EXPECTED = "1 to 64 characters of A-Z a-z 0-9 _ -, no dots";

    private Route() {}

    /** Whether {@code name} may be a route: {@code [A-Za-z0-9_-]{1,64}}. */
    public static boolean isValid(@Nullable String name) {
        if (name == null || name.isEmpty() || name.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isRouteCharacter(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isRouteCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
}
