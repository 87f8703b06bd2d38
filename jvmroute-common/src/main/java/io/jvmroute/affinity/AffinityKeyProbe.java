package io.jvmroute.affinity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AffinityKey} for one look-up in a map: equal to the key of a session id, reused from look-up to look-up so that the home path
 * allocates nothing. Never to be stored as a key.
 *
 * <p>Idle ones lie in a few slots rather than in thread locals, which a server with a virtual thread for each request would fill without
 * end. A thread that finds its slot empty makes a new one.
 */
public final class AffinityKeyProbe implements AutoCloseable {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int SLOTS = 32;
    private static final int STRIDE = 16; // references in a cache line
    private static final AtomicReferenceArray<@Nullable AffinityKeyProbe> IDLE =
            new AtomicReferenceArray<>(SLOTS * STRIDE);

    private final MessageDigest sha256 = sha256();
    private final byte[] text = new byte[RoutedSessionId.MAX_LENGTH];
    private final byte[] hash = new byte[sha256.getDigestLength()];
    private long high;
    private long low;

    private AffinityKeyProbe() {}

    /** The probe for the session {@code id}, whatever route it carries. The caller's until it closes it. */
    public static AffinityKeyProbe ofSession(String id) {
        AffinityKeyProbe probe = take();
        probe.take(id);
        return probe;
    }

    /** The probe for a value that {@code hash} makes keys of. The caller's until it closes it. */
    public static AffinityKeyProbe ofValue(KeyedHash hash, String value) {
        AffinityKeyProbe probe = take();
        probe.take(hash, value);
        return probe;
    }

    /** The probe for a known key. The caller's until it closes it. */
    static AffinityKeyProbe of(AffinityKey key) {
        AffinityKeyProbe probe = take();
        probe.high = key.high();
        probe.low = key.low();
        return probe;
    }

    private static AffinityKeyProbe take() {
        AffinityKeyProbe idle = IDLE.getAndSet(slot(), null);
        return idle != null ? idle : new AffinityKeyProbe();
    }

    /** Gives the probe back: it may mean another session at once. */
    @Override
    public void close() {
        IDLE.set(slot(), this);
    }

    private static int slot() {
        return ((int) Thread.currentThread().getId() & (SLOTS - 1)) * STRIDE;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private void take(String id) {
        int length = asciiWithoutRoute(id);
        if (length >= 0) {
            sha256.update(text, 0, length);
        } else {
            sha256.update(RoutedSessionId.withoutRoute(id).getBytes(UTF_8)); // no container issued it
        }
        digest();
    }

    private void take(KeyedHash keyed, String value) {
        keyed.begin(sha256);
        int filled = 0;
        for (int i = 0; i < value.length(); i++) {
            if (filled == text.length) {
                sha256.update(text, 0, filled);
                filled = 0;
            }
            char c = value.charAt(i);
            text[filled++] = (byte) (c >> 8);
            text[filled++] = (byte) c;
        }
        sha256.update(text, 0, filled);
        digest();
        keyed.beginOuter(sha256);
        sha256.update(hash, 0, hash.length);
        digest();
    }

    private void digest() {
        try {
            sha256.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new IllegalStateException("32 bytes hold every SHA-256", e);
        }
        high = (long) LONG.get(hash, 0);
        low = (long) LONG.get(hash, Long.BYTES);
    }

    /** Copies the id up to its dot into {@link #text}; -1 if it is too long or not ASCII. */
    private int asciiWithoutRoute(String id) {
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c == '.') {
                return i;
            }
            if (c >= 0x80 || i == text.length) {
                return -1;
            }
            text[i] = (byte) c;
        }
        return id.length();
    }

    /** The key that it is equal to. */
    public AffinityKey key() {
        return new AffinityKey(high, low);
    }

    /** Whether {@code other} is the {@link AffinityKey} of the same session, or a probe for it. */
    @Override
    public boolean equals(@Nullable Object other) {
        if (other instanceof AffinityKey key) {
            return high == key.high() && low == key.low();
        }
        return other instanceof AffinityKeyProbe probe && high == probe.high && low == probe.low;
    }

    @Override
    public int hashCode() {
        return AffinityKey.hash(high);
    }
}
