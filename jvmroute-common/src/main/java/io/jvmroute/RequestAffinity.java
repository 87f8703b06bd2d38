package io.jvmroute;

import io.jvmroute.affinity.Claim;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a request told of its home, and what its response has to tell: the route cookie, and the cookies of applications that are learned.
 *
 * <p>Belongs to one exchange; used by one thread at a time.
 */
public final class RequestAffinity {
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int NOT_MODIFIED = 304;
    private static final int FIRST_FINAL = 200;

    private final Claim claim;
    private final @Nullable RouteCookies cookies;
    private final RouteCookies.Reading reading;
    private final @Nullable AppCookies learned;
    private volatile @Nullable String route;

    RequestAffinity(
            Claim claim, @Nullable RouteCookies cookies, RouteCookies.Reading reading, @Nullable AppCookies learned) {
        this.claim = claim;
        this.cookies = cookies;
        this.reading = reading;
        this.learned = learned;
    }

    /** What the request told, by the first source that could be used. */
    public Claim claim() {
        return claim;
    }

    /** Whose answer follows; null: none of a node, but an error of our own. */
    public void answeredBy(@Nullable String answering) {
        route = answering;
    }

    /** Whether the response may have to tell something. */
    public boolean concernsResponse() {
        return cookies != null || learned != null;
    }

    /** Whether {@link #learn} may learn something. */
    public boolean mayLearn() {
        return learned != null;
    }

    /** Whether {@link #setCookie} may have something to add. */
    public boolean mayAddCookie() {
        return cookies != null;
    }

    /**
     * The value of a Set-Cookie field to be added to a response, with {@code Cache-Control: private} where {@link #needsPrivate} says so.
     * Null: none. Asked once for a response, just before its head is sent.
     *
     * @param status of the response; interim responses (RFC 9110 §15.2) and a 304 carry no cookie
     * @param https whether the client's request came by https
     * @param setCookies what the application sets: a cookie of the same name is left alone
     */
    public @Nullable String setCookie(int status, boolean https, List<String> setCookies) {
        RouteCookies its = cookies;
        String answering = route;
        boolean fit = status == SWITCHING_PROTOCOLS || (status >= FIRST_FINAL && status != NOT_MODIFIED);
        if (its == null || answering == null || !fit || setCookies.stream().anyMatch(its::isOurs)) {
            return null;
        }
        return its.setCookie(reading, answering, https);
    }

    /** Whether a Set-Cookie of the application is for the route cookie, so that ours is to be taken back. */
    public boolean isRouteCookie(String setCookie) {
        return cookies != null && cookies.isOurs(setCookie);
    }

    /** Whether shared caches could keep a response with these values of Cache-Control, and hand one client's cookie to others. */
    public static boolean needsPrivate(List<String> cacheControls) {
        for (String value : cacheControls) {
            for (String directive : value.toLowerCase(Locale.ROOT).split(",", -1)) {
                String word = directive.strip();
                if (word.equals("private") || word.equals("no-store")) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Learns from what the application sets, before the head of the response is sent where that can be; twice is no harm. Never waits. */
    public void learn(List<String> setCookies) {
        String answering = route;
        if (learned != null && answering != null && !setCookies.isEmpty()) {
            learned.learn(setCookies, answering);
        }
    }
}
