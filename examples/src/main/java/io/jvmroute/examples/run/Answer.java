package io.jvmroute.examples.run;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What came back.
 *
 * @param node the route that answered, empty if the shop did not get to say it
 * @param cookieId the session id of {@code Set-Cookie}, if there was one
 * @param linkId the session id in the address to go on to, if there was one
 */
record Answer(
        int status,
        String node,
        @Nullable String cookieId,
        @Nullable String linkId,
        String body,
        Duration took) {

    private static final Pattern COOKIE = Pattern.compile("JSESSIONID=([^;]+)");
    private static final Pattern LINK = Pattern.compile(";jsessionid=([^;/?#]+)");

    static Answer of(HttpResponse<String> response, Duration took) {
        HttpHeaders headers = response.headers();
        String cookies = String.join("\n", headers.allValues("Set-Cookie"));
        String location = headers.firstValue("Location").orElse("");
        return new Answer(
                response.statusCode(),
                headers.firstValue("Shop-Node").orElse(""),
                first(COOKIE, cookies),
                first(LINK, location),
                response.body(),
                took);
    }

    /** The id that a client goes on with after this answer: the new one if it got one. */
    SessionId next(SessionId id) {
        String fresh = id.inCookie() ? cookieId : linkId;
        return fresh == null ? id : new SessionId(fresh, id.inCookie());
    }

    State state() {
        return State.parse(body);
    }

    private static @Nullable String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }
}
