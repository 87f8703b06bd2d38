package io.jvmroute.http1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The protocols that a client asks to switch to (RFC 9110 §7.8), as far as they can go through a hop.
 *
 * <p>Left out is what would change the connection of the hop itself and not what it carries: {@code h2c}, another version of HTTP, TLS.
 *
 * @param protocols each {@code name} or {@code name/version}, in the client's order; at least one
 */
public record UpgradeRequest(List<String> protocols) {
    /** Copies the list. */
    public UpgradeRequest {
        protocols = List.copyOf(protocols);
        if (protocols.isEmpty()) {
            throw new IllegalArgumentException("protocols: none (expected: at least one)");
        }
    }

    /**
     * What the two fields ask for.
     *
     * @param upgrade the value of Upgrade, or several joined by commas
     * @param connection the same for Connection
     * @return null if Connection does not name Upgrade, no protocol is left, or one is malformed
     */
    public static @Nullable UpgradeRequest find(String upgrade, String connection) {
        if (!namesUpgrade(connection)) {
            return null;
        }
        List<String> protocols = new ArrayList<>();
        for (String item : upgrade.split(",", -1)) {
            String protocol = item.strip();
            if (!protocol.isEmpty() && !isProtocol(protocol)) {
                return null;
            }
            if (!protocol.isEmpty() && !isOfTheHop(protocol)) {
                protocols.add(protocol);
            }
        }
        return protocols.isEmpty() ? null : new UpgradeRequest(protocols);
    }

    private static boolean namesUpgrade(String connection) {
        for (String option : connection.split(",", -1)) {
            if (option.strip().equalsIgnoreCase("upgrade")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isProtocol(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? isToken(text) : isToken(text.substring(0, slash)) && isToken(text.substring(slash + 1));
    }

    private static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c < 0x80 && Syntax.isToken(c));
    }

    private static boolean isOfTheHop(String protocol) {
        String name = protocol.toLowerCase(Locale.ROOT);
        return name.equals("h2c")
                || name.equals("h2")
                || name.startsWith("http/")
                || name.equals("tls")
                || name.startsWith("tls/");
    }

    /** The value of the Upgrade field that goes on. */
    public String value() {
        return String.join(", ", protocols);
    }

    /** The one protocol asked for that {@code answer}, the Upgrade field of a 101, names; null if it names another or more. */
    public @Nullable String accepted(String answer) {
        for (String protocol : protocols) {
            if (protocol.equalsIgnoreCase(answer)) {
                return protocol;
            }
        }
        return null;
    }
}
