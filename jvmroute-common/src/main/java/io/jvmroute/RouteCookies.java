package io.jvmroute;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.AffinitySecrets;
import io.jvmroute.affinity.Claim;
import io.jvmroute.affinity.CookieValue;
import io.jvmroute.affinity.RouteCookie;
import io.jvmroute.affinity.RouteCookieForm;
import io.jvmroute.affinity.RouteCookieKey;
import io.jvmroute.affinity.SourceSpec;
import io.jvmroute.http.RequestHead;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the route cookies of requests and makes those of responses. A cookie that is not authentic, or whose time is over, counts as none; it
 * is counted and never an error. Thread-safe.
 */
final class RouteCookies {
    /** How many cookies of the name are tried: paths and domains of one site may well have two. */
    private static final int TRIES = 8;

    private static final SourceSpec SPEC = new SourceSpec(SourceSpec.Kind.COOKIE, "", "", "");

    private final RouteCookieForm form;
    private final Supplier<AffinitySecrets> secrets;
    private final LongSupplier seconds;
    private final SecureRandom random = new SecureRandom();
    private final LongAdder refused = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private final LongAdder issued = new LongAdder();

    /**
     * What a request has.
     *
     * @param cookie the first that is good, null for none
     * @param due whether it should be issued again although it names the right node
     */
    record Reading(@Nullable RouteCookie cookie, boolean due) {
        static final Reading NONE = new Reading(null, /* due= */ false);

        @Nullable
        Claim claim() {
            return cookie == null ? null : Claim.ofRoute(SPEC, cookie.route(), cookie.id());
        }
    }

    RouteCookies(RouteCookieForm form, Supplier<AffinitySecrets> secrets, LongSupplier seconds) {
        this.form = form;
        this.secrets = secrets;
        this.seconds = seconds;
    }

    /** The cookie of a request: of several the last that is good. */
    Reading read(RequestHead head) {
        return read(head, /* counted= */ true);
    }

    /** The same without counting. */
    Reading inspect(RequestHead head) {
        return read(head, /* counted= */ false);
    }

    private Reading read(RequestHead head, boolean counted) {
        for (int i = 0; i < TRIES; i++) {
            String value = head.cookie(form.name(), i);
            if (value == null) {
                break;
            }
            Reading reading = open(CookieValue.unquoted(value), counted);
            if (reading != null) {
                return reading;
            }
        }
        return Reading.NONE;
    }

    private @Nullable Reading open(String value, boolean counted) {
        List<RouteCookieKey> keys = secrets.get().cookieKeys();
        for (int i = 0; i < keys.size(); i++) {
            RouteCookie cookie = keys.get(i).open(value);
            if (cookie != null) {
                long now = seconds.getAsLong();
                if (cookie.isExpired(now, form.idleTimeout(), form.absoluteTimeout())) {
                    count(expired, counted);
                    return null;
                }
                return new Reading(cookie, i > 0 || cookie.isDue(now, form.renewal()));
            }
        }
        count(refused, counted);
        return null;
    }

    private static void count(LongAdder adder, boolean counted) {
        if (counted) {
            adder.increment();
        }
    }

    /** Whether the application itself sets or ends the cookie with this value of Set-Cookie. */
    boolean isOurs(String setCookie) {
        String name = form.name();
        return setCookie.startsWith(name) && setCookie.indexOf('=') == name.length();
    }

    /** The value of Set-Cookie that tells the client its node; null if it knows, or while nothing can be sealed. */
    @Nullable
    String setCookie(Reading reading, String route, boolean https) {
        RouteCookie known = reading.cookie();
        if (known != null && known.route().equals(route) && !reading.due()) {
            return null;
        }
        List<RouteCookieKey> keys = secrets.get().cookieKeys();
        if (keys.isEmpty()) {
            return null;
        }
        long now = seconds.getAsLong();
        RouteCookie next = known == null ? new RouteCookie(route, draw(), now, now) : known.reissued(route, now);
        issued.increment();
        return form.setCookie(keys.get(0).seal(next), https, now - next.issuedSeconds());
    }

    private AffinityKey draw() {
        byte[] bytes = new byte[2 * Long.BYTES];
        random.nextBytes(bytes);
        ByteBuffer drawn = ByteBuffer.wrap(bytes);
        return new AffinityKey(drawn.getLong(), drawn.getLong());
    }

    /** How many were not authentic. */
    long refused() {
        return refused.sum();
    }

    /** How many came after their time. */
    long expired() {
        return expired.sum();
    }

    /** How many were issued, for the first time or again. */
    long issued() {
        return issued.sum();
    }
}
