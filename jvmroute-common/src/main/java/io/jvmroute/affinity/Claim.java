package io.jvmroute.affinity;

import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one source found in a request: a route, a key by which the nodes agree on one, or both. Immutable.
 *
 * <p>The value behind a key is kept as long as the request lives, and never shown: {@link #toString} prints the source and a short hash.
 */
public final class Claim {
    /** A request that tells nothing. */
    public static final Claim NONE = new Claim(null, null, List.of(), null, null, /* pinnable= */ false);

    private final @Nullable SourceSpec source;
    private final @Nullable String value;
    private final List<KeyedHash> hashes;
    private final @Nullable AffinityKey given;
    private final @Nullable String route;
    private final boolean pinnable;

    private Claim(
            @Nullable SourceSpec source,
            @Nullable String value,
            List<KeyedHash> hashes,
            @Nullable AffinityKey given,
            @Nullable String route,
            boolean pinnable) {
        this.source = source;
        this.value = value;
        this.hashes = hashes;
        this.given = given;
        this.route = route;
        this.pinnable = pinnable;
    }

    /** The session {@code id}, whose suffix names the route; {@link #NONE} for null. */
    public static Claim ofSession(@Nullable String id) {
        return id == null ? NONE : new Claim(SourceSpec.SESSION, id, List.of(), null, null, /* pinnable= */ false);
    }

    /** A route that an authentic cookie names, and the key under which it may have moved since. */
    public static Claim ofRoute(SourceSpec source, String route, AffinityKey key) {
        return new Claim(source, null, List.of(), key, route, /* pinnable= */ false);
    }

    /**
     * A value that names no route.
     *
     * @param hashes what makes keys of it, in the order that all nodes have; more than one while secrets rotate
     * @param pinnable whether a node is agreed on where there is none yet; else the value is of no use then
     */
    public static Claim ofValue(SourceSpec source, String value, List<KeyedHash> hashes, boolean pinnable) {
        return new Claim(source, value, List.copyOf(hashes), null, null, pinnable);
    }

    /** Which source found it; null for {@link #NONE}. */
    public @Nullable SourceSpec source() {
        return source;
    }

    /** The session id; null if another source found it. */
    public @Nullable String sessionId() {
        return hasSession() ? value : null;
    }

    private boolean hasSession() {
        return source != null && source.kind() == SourceSpec.Kind.SESSION;
    }

    /** The route of an authentic cookie; null if another source found it. */
    public @Nullable String route() {
        return route;
    }

    /** Whether the nodes agree on a node for it where there is none. */
    public boolean isPinnable() {
        return pinnable;
    }

    /** Whether it is known by the key alone. */
    public boolean isRouteless() {
        return !hashes.isEmpty();
    }

    /** How many keys it may be known by: none for {@link #NONE}, more than one while secrets rotate. */
    public int keys() {
        return source == null ? 0 : Math.max(1, hashes.size());
    }

    /** The {@code i}th key for one look-up; allocates nothing. The caller's until it closes it. */
    public AffinityKeyProbe probe(int i) {
        if (given != null) {
            return AffinityKeyProbe.of(given);
        }
        if (value == null) {
            throw new IllegalStateException("a request that tells nothing has no key");
        }
        return hashes.isEmpty() ? AffinityKeyProbe.ofSession(value) : AffinityKeyProbe.ofValue(hashes.get(i), value);
    }

    /** The key that decides where there are several, null for {@link #NONE}. */
    public @Nullable AffinityKey key() {
        return source == null || given != null ? given : key(0);
    }

    /** The {@code i}th key, of {@link #keys()}. */
    public AffinityKey key(int i) {
        try (AffinityKeyProbe probe = probe(i)) {
            return probe.key();
        }
    }

    /** The source and the first 32 bits of the key. */
    @Override
    public String toString() {
        AffinityKey key = key();
        return key == null ? "none" : source + ":" + HexFormat.of().toHexDigits((int) (key.high() >>> 32));
    }
}
