package io.jvmroute;

import io.jvmroute.affinity.ClientPrefix;
import io.jvmroute.affinity.RouteCookieForm;
import io.jvmroute.affinity.SessionDialect;
import io.jvmroute.affinity.SourceSpec;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Where requests are asked for their home, checked. Immutable.
 *
 * @param sources in the order in which they are asked; default the session id alone
 * @param sessionCookie the session's cookie where no application is mapped; default {@code JSESSIONID}
 * @param sessionParameter the session's path parameter there; default {@code jsessionid}
 * @param dialects forms of foreign session ids that are understood; default none
 * @param cookie what the route cookie looks like
 * @param clientIpPrefix how much of an address is one client; default all of it
 * @param timeout how long an affinity without a route in the request outlives its last use; default 30 min
 */
public record AffinityOptions(
        List<SourceSpec> sources,
        String sessionCookie,
        String sessionParameter,
        Set<SessionDialect> dialects,
        RouteCookieForm cookie,
        ClientPrefix clientIpPrefix,
        Duration timeout) {
    /** The session id alone. */
    public static final AffinityOptions DEFAULT = new AffinityOptions(
            List.of(SourceSpec.SESSION),
            "JSESSIONID",
            "jsessionid",
            Set.of(),
            RouteCookieForm.DEFAULT,
            ClientPrefix.WHOLE,
            Duration.ofMinutes(30));

    /** Copies the collections. */
    public AffinityOptions {
        sources = List.copyOf(sources);
        dialects = Set.copyOf(dialects);
    }

    /** Whether the session id says first where a request goes, so that a session's pin moves all its requests. */
    boolean beginsWithSession() {
        return !sources.isEmpty() && sources.get(0).kind() == SourceSpec.Kind.SESSION;
    }

    /** The options of this record by name. */
    static final List<String> NAMES = List.of(
            "affinity",
            "sessionCookie",
            "sessionParameter",
            "sessionDialects",
            "routeCookieName",
            "routeCookieMaxAge",
            "routeCookieIdleTimeout",
            "routeCookieAbsoluteTimeout",
            "routeCookieSameSite",
            "routeCookieSecure",
            "routeCookieHttpOnly",
            "routeCookieDomain",
            "routeCookiePath",
            "routeCookiePartitioned",
            "clientIpPrefix",
            "affinityTimeout");

    /** Reads them, with all faults left in {@code read}. */
    static AffinityOptions read(OptionReader read) {
        List<SourceSpec> sources = read.sources("affinity");
        RouteCookieForm cookie = cookie(read);
        cookie.faults().forEach(read::fault);
        return new AffinityOptions(
                sources,
                read.token("sessionCookie", DEFAULT.sessionCookie()),
                read.token("sessionParameter", DEFAULT.sessionParameter()),
                read.choices("sessionDialects", SessionDialect.class),
                cookie,
                read.clientPrefix("clientIpPrefix"),
                read.longTime("affinityTimeout", DEFAULT.timeout()));
    }

    private static RouteCookieForm cookie(OptionReader read) {
        RouteCookieForm otherwise = RouteCookieForm.DEFAULT;
        return new RouteCookieForm(
                read.text("routeCookieName", otherwise.name()),
                read.longTime("routeCookieMaxAge", otherwise.maxAge()),
                read.longTime("routeCookieIdleTimeout", otherwise.idleTimeout()),
                read.longTime("routeCookieAbsoluteTimeout", otherwise.absoluteTimeout()),
                read.choice("routeCookieSameSite", RouteCookieForm.SameSite.class, otherwise.sameSite()),
                read.choice("routeCookieSecure", RouteCookieForm.Secure.class, otherwise.secure()),
                read.flag("routeCookieHttpOnly", otherwise.httpOnly()),
                read.text("routeCookieDomain", otherwise.domain()),
                read.text("routeCookiePath", otherwise.path()),
                read.flag("routeCookiePartitioned", otherwise.partitioned()));
    }

    /** Whether the session id alone tells a request's home. */
    public boolean isBySessionAlone() {
        return sources.equals(DEFAULT.sources());
    }

    /** The entry of this kind, if any. */
    boolean has(SourceSpec.Kind kind) {
        return sources.stream().anyMatch(source -> source.kind() == kind);
    }
}
