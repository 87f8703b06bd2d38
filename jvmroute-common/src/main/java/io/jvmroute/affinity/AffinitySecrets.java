package io.jvmroute.affinity;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the shared secrets of the cluster are used for here: keys of values, and the keys of route cookies. All are understood. The first one
 * seals cookies; values have a key of each, in an order that is the same on every node whatever it signs with. Immutable but for what it
 * remembers of its own results.
 */
public final class AffinitySecrets {
    /** Before the cluster was joined: nothing can be hashed, sealed or opened. */
    public static final AffinitySecrets NONE = new AffinitySecrets(List.of());

    private final List<byte[]> ordered;
    private final List<RouteCookieKey> cookieKeys;
    private final ConcurrentHashMap<String, List<KeyedHash>> hashes = new ConcurrentHashMap<>();

    /** The uses of these secrets, the signing one first. */
    public AffinitySecrets(List<byte[]> secrets) {
        ordered = secrets.stream()
                .map(byte[]::clone)
                .sorted(Comparator.comparing(AffinitySecrets::rank, Arrays::compare))
                .toList();
        cookieKeys = secrets.stream().map(RouteCookieKey::new).toList();
    }

    /** Tells nothing of the secret, should it ever show. */
    private static byte[] rank(byte[] secret) {
        return KeyedHash.hmac(secret, "jvmroute affinity key order 1");
    }

    /**
     * What makes keys of one kind of value, in the order that all nodes have; empty before the cluster was joined. The labels come from the
     * options, never from requests.
     */
    public List<KeyedHash> hashes(String label) {
        List<KeyedHash> known = hashes.get(label);
        return known != null
                ? known
                : hashes.computeIfAbsent(
                        label,
                        text -> ordered.stream()
                                .map(secret -> KeyedHash.of(secret, text))
                                .toList());
    }

    /** The keys of route cookies, the sealing one first. */
    public List<RouteCookieKey> cookieKeys() {
        return cookieKeys;
    }
}
