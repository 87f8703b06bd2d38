package io.jvmroute.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jvmroute.http.Exchange;
import io.jvmroute.http.Hosts;
import io.jvmroute.http.RequestHead;
import io.jvmroute.record.RareWarning;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what: reads from loopback or an allowed address whose connection is the client's own, everything else by token.
 *
 * <p>A read from loopback must name a loopback host too, or a page of a stranger could have its name resolved to this machine and read on behalf of a
 * browser here (DNS rebinding). Thread-safe.
 */
final class StatusAccess {
    private static final System.Logger LOG = System.getLogger(StatusEndpoint.class.getName());
    private static final Pattern LITERAL =
            Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(%.*)?");
    private static final Pattern LOOPBACK_HOST =
            Pattern.compile("(localhost|[a-z0-9.-]+\\.localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?");
    private static final String BEARER = "Bearer ";
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private final @Nullable String token;
    private final Predicate<String> allowed;
    private final RareWarning wrongTokens = new RareWarning(LOG, Duration.ofMinutes(1));

    /**
     * The rules of a node.
     *
     * @param allowed whether the connections of an address may read
     */
    StatusAccess(@Nullable String token, Predicate<String> allowed) {
        this.token = token;
        this.allowed = allowed;
    }

    /**
     * Whether the request may read.
     *
     * @param peer the address at the other end of the connection
     */
    boolean mayRead(Exchange exchange, String peer) {
        if (exchange.head().header("Authorization") != null && token != null) {
            return isToken(exchange.head(), peer);
        }
        ForwardedTraces traces = new ForwardedTraces();
        exchange.requestFields(traces);
        if (traces.isFound()) {
            return false;
        }
        String address = Hosts.unbracketed(peer);
        return isLoopback(address) ? namesLoopback(exchange) : allowed.test(address);
    }

    private static boolean isLoopback(String address) {
        try {
            return LITERAL.matcher(address).matches()
                    && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // looks like an address, and is none
        }
    }

    private static boolean namesLoopback(Exchange exchange) {
        String named = exchange.head().header("Host");
        String host = named != null ? named : Hosts.bracketed(exchange.client().host()); // HTTP/2 has it elsewhere
        return LOOPBACK_HOST.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }

    /** Why the request may change nothing; null: it may. */
    @Nullable
    StatusAnswer refusePost(Exchange exchange, String peer) {
        if (token == null) {
            return StatusAnswer.error(
                    403, "statusToken: not set (expected: the option, at least 16 characters, for anything but GET)");
        }
        if (isCrossSite(exchange)) {
            return StatusAnswer.error(403, "cross-site request");
        }
        return isToken(exchange.head(), peer)
                ? null
                : StatusAnswer.error(401, "statusToken: missing or wrong").with("WWW-Authenticate", "Bearer");
    }

    private boolean isToken(RequestHead head, String peer) {
        String given = head.header("Authorization");
        boolean right = token != null
                && given != null
                && given.regionMatches(/* ignoreCase= */ true, 0, BEARER, 0, BEARER.length())
                && MessageDigest.isEqual(
                        given.substring(BEARER.length()).trim().getBytes(UTF_8), token.getBytes(UTF_8));
        if (!right && given != null) {
            wrongTokens.warn("statusToken: wrong, from " + peer);
        }
        return right;
    }

    /** By what a browser says of itself (Fetch Metadata, RFC 6454); others say nothing. */
    private static boolean isCrossSite(Exchange exchange) {
        RequestHead head = exchange.head();
        String site = head.header("Sec-Fetch-Site");
        String origin = head.header("Origin");
        if (site != null && !OWN_SITES.contains(site)) {
            return true;
        }
        String host = head.header("Host");
        String own = host != null ? host : authority(exchange);
        return origin != null && !origin.replaceFirst("^https?://", "").equalsIgnoreCase(own);
    }

    private static String authority(Exchange exchange) {
        String host = Hosts.bracketed(exchange.client().host());
        int port = exchange.client().serverPort();
        int usual = exchange.client().scheme().equals("https") ? 443 : 80;
        return port == usual ? host : host + ":" + port;
    }
}
