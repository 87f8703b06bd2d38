package io.jvmroute;

import io.jvmroute.affinity.Affinity;
import io.jvmroute.affinity.AffinitySecrets;
import io.jvmroute.affinity.AffinitySource;
import io.jvmroute.affinity.Claim;
import io.jvmroute.affinity.RouteTable;
import io.jvmroute.affinity.SessionSource;
import io.jvmroute.affinity.SourceSpec;
import io.jvmroute.affinity.ValueSource;
import io.jvmroute.cluster.Pin;
import io.jvmroute.http.Exchange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks the sources of this node in their order: the first whose claim can be used wins, the rest is fallback. Thread-safe. */
final class AffinitySources {
    private final AffinityOptions options;
    private final SessionSource session;
    private final List<@Nullable AffinitySource> sources = new ArrayList<>(); // null: the route cookie
    private final List<ValueSource> appCookies = new ArrayList<>();
    private final @Nullable RouteCookies cookies;
    private final RoutelessPins pins;

    /**
     * The sources of these options.
     *
     * @param seconds the time since 1970, for the dates in route cookies
     */
    AffinitySources(
            AffinityOptions options, RoutelessPins pins, Supplier<AffinitySecrets> secrets, LongSupplier seconds) {
        this.options = options;
        this.pins = pins;
        session = new SessionSource(options.sessionCookie(), options.sessionParameter(), options.dialects());
        cookies = options.has(SourceSpec.Kind.COOKIE) ? new RouteCookies(options.cookie(), secrets, seconds) : null;
        for (SourceSpec spec : options.sources()) {
            sources.add(source(spec, secrets));
        }
    }

    private @Nullable AffinitySource source(SourceSpec spec, Supplier<AffinitySecrets> secrets) {
        return switch (spec.kind()) {
            case SESSION -> session;
            case COOKIE -> null;
            case HEADER -> ValueSource.ofHeader(spec, secrets);
            case CLIENT_IP -> ValueSource.ofAddress(spec, options.clientIpPrefix(), secrets);
            case TLS_SESSION -> ValueSource.ofTls(spec, secrets);
            case APP_COOKIE -> {
                ValueSource source = ValueSource.ofAppCookie(spec, secrets);
                appCookies.add(source);
                yield source;
            }
        };
    }

    /** The session id, as one of the sources or on its own. */
    SessionSource session() {
        return session;
    }

    @Nullable
    RouteCookies cookies() {
        return cookies;
    }

    /**
     * What the request tells. Where no claim can be used, that of the first source that found anything: an id or cookie of a node that
     * nobody has seen.
     */
    RequestAffinity find(Exchange exchange, RouteTable routes) {
        RouteCookies.Reading cookie = cookies == null ? RouteCookies.Reading.NONE : cookies.read(exchange.head());
        AppCookies learned = appCookies.isEmpty() ? null : new AppCookies(appCookies, exchange, pins);
        Claim claim = find(exchange, routes, cookie);
        Pin pin = pins.find(claim);
        if (pin != null) {
            pins.used(claim, pin);
        }
        return new RequestAffinity(claim, cookies, cookie, learned);
    }

    /** The same for a request that nobody sent: leaves no trace. */
    Claim inspect(Exchange exchange, RouteTable routes) {
        RouteCookies.Reading none = RouteCookies.Reading.NONE;
        return find(exchange, routes, cookies == null ? none : cookies.inspect(exchange.head()));
    }

    private Claim find(Exchange exchange, RouteTable routes, RouteCookies.Reading cookie) {
        Claim first = Claim.NONE;
        for (AffinitySource source : sources) {
            Claim claim = source == null ? cookie.claim() : source.find(exchange, routes);
            if (claim != null) {
                if (isUsable(claim, routes)) {
                    return claim;
                }
                first = first == Claim.NONE ? claim : first;
            }
        }
        return first;
    }

    private boolean isUsable(Claim claim, RouteTable routes) {
        return claim.isPinnable() || affinity(claim, null, routes).route() != null || pins.find(claim) != null;
    }

    /**
     * What a claim is worth.
     *
     * @param pin that of its key, if any is known
     */
    static Affinity affinity(Claim claim, @Nullable Pin pin, RouteTable routes) {
        String id = claim.sessionId();
        String route = claim.route();
        if (id != null) {
            return routes.find(id);
        }
        if (route != null) {
            return routes.ofCookie(route);
        }
        if (pin != null) {
            return routes.ofPin(pin.route());
        }
        return claim.isPinnable() ? Affinity.UNPINNED : Affinity.NONE;
    }
}
