package io.jvmroute.affinity;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the shared secrets of the cluster are used for here: keys of values, and the keys of route cookies. The first secret is used, all
 * are understood. Immutable but for what it remembers of its own results.
 */
public final class AffinitySecrets {
    /** Before the cluster was joined: nothing can be hashed, sealed or opened. */
    public static final AffinitySecrets NONE = new AffinitySecrets(List.of());

    private final List<byte[]> secrets;
    private final List<RouteCookieKey> cookieKeys;
    private final ConcurrentHashMap<String, List<KeyedHash>> hashes = new ConcurrentHashMap<>();

    /** The uses of these secrets, the signing one first. */
    public AffinitySecrets(List<byte[]> secrets) {
        this.secrets = secrets.stream().map(byte[]::clone).toList();
        cookieKeys = secrets.stream().map(RouteCookieKey::new).toList();
    }

    /** What makes keys of one kind of value; empty before the cluster was joined. The labels come from the options, never from requests. */
    public List<KeyedHash> hashes(String label) {
        List<KeyedHash> known = hashes.get(label);
        return known != null
                ? known
                : hashes.computeIfAbsent(
                        label,
                        text -> secrets.stream()
                                .map(secret -> KeyedHash.of(secret, text))
                                .toList());
    }

    /** The keys of route cookies, the sealing one first. */
    public List<RouteCookieKey> cookieKeys() {
        return cookieKeys;
    }
}
