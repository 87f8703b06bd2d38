package io.jvmroute.affinity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How the route cookie looks to browsers (RFC 6265bis) and how long it is good for. Immutable.
 *
 * @param name its name; {@code __Host-} and {@code __Secure-} are promises that browsers check
 * @param maxAge how long a browser keeps it; zero: until it closes (a session cookie, with neither Expires nor Max-Age)
 * @param idleTimeout how long it is good for without requests; zero: for ever
 * @param absoluteTimeout how long it is good for after it was first issued; zero: for ever
 * @param sameSite when it is sent along from other sites
 * @param secure whether it is for https alone
 * @param httpOnly whether it is hidden from scripts
 * @param domain for whose subdomains it is too; empty: for the host alone
 * @param path below which it is sent
 * @param partitioned whether each top-level site has its own (CHIPS)
 */
public record RouteCookieForm(
        String name,
        Duration maxAge,
        Duration idleTimeout,
        Duration absoluteTimeout,
        SameSite sameSite,
        Secure secure,
        boolean httpOnly,
        String domain,
        String path,
        boolean partitioned) {

    /** Beyond that browsers cut it (RFC 6265bis §5.5). */
    public static final Duration LONGEST = Duration.ofDays(400);

    /** {@code JVMROUTE}, a session cookie of the host, Lax, hidden from scripts, secure where the request is. */
    public static final RouteCookieForm DEFAULT = new RouteCookieForm(
            "JVMROUTE",
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            SameSite.LAX,
            Secure.AUTO,
            /* httpOnly= */ true,
            "",
            "/",
            /* partitioned= */ false);

    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
    private static final Pattern PATH = Pattern.compile("/[\\x21-\\x3a\\x3c-\\x7e]*");

    /** The attribute SameSite. */
    public enum SameSite {
        /** From the same site alone. */
        STRICT("Strict"),
        /** From others with a navigation. */
        LAX("Lax"),
        /** From everywhere; browsers ask for Secure then. */
        NONE("None");

        private final String text;

        SameSite(String text) {
            this.text = text;
        }
    }

    /** When the attribute Secure is there. */
    public enum Secure {
        /** Where the client's request came by https. */
        AUTO,
        /** Always. */
        TRUE,
        /** Never. */
        FALSE
    }

    /** The time within which a cookie in use has to be issued again: the idle timeout, or what the browser keeps it for if that is less. Zero: never. */
    public Duration renewal() {
        boolean browserFirst = idleTimeout.isZero() || (!maxAge.isZero() && maxAge.compareTo(idleTimeout) < 0);
        return browserFirst ? maxAge : idleTimeout;
    }

    /** What contradicts what, each as {@code option: value (expected: …)}; empty if nothing does. */
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (!SourceSpec.isToken(name)) {
            faults.add("routeCookieName: " + name + " (expected: a token of RFC 9110)");
        }
        if (maxAge.compareTo(LONGEST) > 0) {
            faults.add(
                    "routeCookieMaxAge: " + maxAge.toDays() + "d (expected: at most 400d, browsers keep none longer)");
        }
        if (!domain.isEmpty() && !DOMAIN.matcher(domain).matches()) {
            faults.add("routeCookieDomain: " + domain + " (expected: a host name without a leading dot)");
        }
        if (!PATH.matcher(path).matches()) {
            faults.add("routeCookiePath: " + path + " (expected: a path from / without blanks and semicolons)");
        }
        secureFaults(faults);
        return faults;
    }

    private void secureFaults(List<String> faults) {
        if (secure != Secure.TRUE) {
            String found =
                    "routeCookieSecure: " + (secure == Secure.AUTO ? "auto" : "false") + " (expected: true, for ";
            if (partitioned) {
                faults.add(found + "routeCookiePartitioned)");
            }
            if (sameSite == SameSite.NONE) {
                faults.add(found + "routeCookieSameSite=none)");
            }
            if (isHostOnly() || hasPrefix("__Secure-")) {
                faults.add(found + "a name with " + name.substring(0, name.indexOf('-') + 1) + ")");
            }
        }
        if (isHostOnly() && !domain.isEmpty()) {
            faults.add("routeCookieDomain: " + domain + " (expected: none, for a name with __Host-)");
        }
        if (isHostOnly() && !path.equals("/")) {
            faults.add("routeCookiePath: " + path + " (expected: /, for a name with __Host-)");
        }
    }

    private boolean isHostOnly() {
        return hasPrefix("__Host-");
    }

    /** Browsers compare prefixes without regard to case. */
    private boolean hasPrefix(String prefix) {
        return name.regionMatches(/* ignoreCase= */ true, 0, prefix, 0, prefix.length());
    }

    /**
     * The value of Set-Cookie.
     *
     * @param value the sealed value
     * @param https whether the client's request came by https
     * @param ageSeconds how long ago it was first issued
     */
    public String setCookie(String value, boolean https, long ageSeconds) {
        StringBuilder text = new StringBuilder(256).append(name).append('=').append(value);
        text.append("; Path=").append(path);
        if (!domain.isEmpty()) {
            text.append("; Domain=").append(domain);
        }
        if (!maxAge.isZero()) {
            text.append("; Max-Age=").append(maxAgeSeconds(ageSeconds));
        }
        if (secure == Secure.TRUE || (secure == Secure.AUTO && https)) {
            text.append("; Secure");
        }
        if (httpOnly) {
            text.append("; HttpOnly");
        }
        text.append("; SameSite=").append(sameSite.text);
        return (partitioned ? text.append("; Partitioned") : text).toString();
    }

    /** No longer than it is good for. */
    private long maxAgeSeconds(long ageSeconds) {
        long left = absoluteTimeout.isZero() ? Long.MAX_VALUE : absoluteTimeout.toSeconds() - ageSeconds;
        return Math.max(1, Math.min(maxAge.toSeconds(), left));
    }
}
