package io.jvmroute.affinity;

import io.jvmroute.http.ClientTls;
import io.jvmroute.http.Exchange;
import io.jvmroute.http.RequestHead;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value in the request that names no route: a header, an address, an application's cookie, a TLS session. The nodes agree on a home for
 * its key.
 */
public final class ValueSource implements AffinitySource {
    private static final String TLS_1_2 = "TLSv1.2";

    private final SourceSpec spec;
    private final Function<Exchange, @Nullable String> value;
    private final Supplier<AffinitySecrets> secrets;
    private final boolean pinnable;

    private ValueSource(
            SourceSpec spec,
            Function<Exchange, @Nullable String> value,
            Supplier<AffinitySecrets> secrets,
            boolean pinnable) {
        this.spec = spec;
        this.value = value;
        this.secrets = secrets;
        this.pinnable = pinnable;
    }

    /** The value of a request header, the first where several are sent. */
    public static ValueSource ofHeader(SourceSpec spec, Supplier<AffinitySecrets> secrets) {
        return new ValueSource(spec, exchange -> exchange.head().header(spec.name()), secrets, /* pinnable= */ true);
    }

    /** The network of the client's address: as the connection, an authenticated hop or a trusted proxy says. */
    public static ValueSource ofAddress(SourceSpec spec, ClientPrefix prefix, Supplier<AffinitySecrets> secrets) {
        return new ValueSource(
                spec, exchange -> prefix.network(exchange.client().address()), secrets, /* pinnable= */ true);
    }

    /**
     * The session id of TLS 1.2, which a client shows again when it resumes the session. TLS 1.3 has none that outlives a connection (RFC
     * 8446 §2.2): there it yields nothing.
     */
    public static ValueSource ofTls(SourceSpec spec, Supplier<AffinitySecrets> secrets) {
        return new ValueSource(spec, ValueSource::tlsSession, secrets, /* pinnable= */ true);
    }

    private static @Nullable String tlsSession(Exchange exchange) {
        String encoded = exchange.clientTls();
        ClientTls tls = encoded == null ? null : ClientTls.decode(encoded);
        return tls != null && isTls12(tls) ? tls.sessionId() : null;
    }

    /** Where the container does not tell the protocol, the suite does: those of TLS 1.3 name no key exchange (RFC 8446 §B.4). */
    private static boolean isTls12(ClientTls tls) {
        return tls.protocol().equals(TLS_1_2)
                || (tls.protocol().isEmpty() && tls.cipherSuite().contains("_WITH_"));
    }

    /** A cookie of the application, else the path or query parameter that carries its value. Of no use until it was learned. */
    public static ValueSource ofAppCookie(SourceSpec spec, Supplier<AffinitySecrets> secrets) {
        return new ValueSource(spec, exchange -> appCookie(spec, exchange.head()), secrets, /* pinnable= */ false);
    }

    private static @Nullable String appCookie(SourceSpec spec, RequestHead head) {
        String cookie = head.cookie(spec.name());
        String found = cookie == null ? null : CookieValue.unquoted(cookie);
        if (found == null && !spec.path().isEmpty()) {
            found = PathParameter.find(head.path(), spec.path());
        }
        if (found == null && !spec.query().isEmpty()) {
            found = queryParameter(head.target(), spec.query());
        }
        return found;
    }

    /** The first {@code name=} in the query, as it was sent. */
    private static @Nullable String queryParameter(String target, String name) {
        int start = target.indexOf('?') + 1;
        while (start > 0) {
            int end = target.indexOf('&', start);
            int equals = start + name.length();
            if (target.startsWith(name, start) && equals < target.length() && target.charAt(equals) == '=') {
                return target.substring(equals + 1, end < 0 ? target.length() : end);
            }
            start = end + 1;
        }
        return null;
    }

    @Override
    public @Nullable Claim find(Exchange exchange, RouteTable routes) {
        String found = value.apply(exchange);
        return found == null ? null : claim(found);
    }

    /** The claim of a client that shows {@code found}; null if that is empty, or while nothing can be hashed. */
    public @Nullable Claim claim(String found) {
        List<KeyedHash> hashes = secrets.get().hashes(spec.toString());
        return found.isEmpty() || hashes.isEmpty() ? null : Claim.ofValue(spec, found, hashes, pinnable);
    }

    /** The entry of the list that it stands for. */
    public SourceSpec spec() {
        return spec;
    }
}
