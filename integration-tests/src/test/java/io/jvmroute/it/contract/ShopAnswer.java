package io.jvmroute.it.contract;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What came back.
 *
 * @param node the route of the node that answered, empty if the shop did not get to say it
 * @param cookieId the session id of {@code Set-Cookie}
 * @param linkId the session id in the address to go on to
 */
public record ShopAnswer(
        int status,
        String node,
        @Nullable String cookieId,
        @Nullable String linkId,
        String body,
        Duration took) {
    private static final Pattern COOKIE = Pattern.compile("JSESSIONID=([^;]+)");
    private static final Pattern LINK = Pattern.compile(";jsessionid=([^;/?#]+)");

    static ShopAnswer of(HttpResponse<String> response, long startNanos) {
        return new ShopAnswer(
                response.statusCode(),
                response.headers().firstValue("Shop-Node").orElse(""),
                first(COOKIE, String.join("\n", response.headers().allValues("Set-Cookie"))),
                first(LINK, response.headers().firstValue("Location").orElse("")),
                response.body(),
                Duration.ofNanos(System.nanoTime() - startNanos));
    }

    /** The id that a client goes on with after this answer: the new one if it got one. */
    public SessionId next(SessionId id) {
        String fresh = id.carrier() == SessionId.Carrier.COOKIE ? cookieId : linkId;
        return fresh == null ? id : new SessionId(fresh, id.carrier());
    }

    /** The body of {@code /state}. */
    public ShopState state() {
        return ShopState.parse(body);
    }

    private static @Nullable String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }
}
