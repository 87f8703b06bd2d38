package io.jvmroute;

import io.jvmroute.affinity.Claim;
import io.jvmroute.affinity.KeyedHash;
import io.jvmroute.affinity.SourceSpec;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.PinTable;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What finding the pin of a value without a route costs: the HMAC of the value and the look-up. To stay below 1 µs and, with {@code -prof gc}, at 0 bytes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PinLookupBenchmark {
    private static final int PINS = 100_000;
    private static final long LIFETIME = TimeUnit.HOURS.toNanos(1);

    private final PinTable pins = new PinTable(PinTable.DEFAULT_CAPACITY, System::nanoTime);
    private final KeyedHash hash = KeyedHash.of(new byte[32], "client-ip");
    private final Claim known = claim("00000007");
    private final Claim unknown = claim("ffffffff");

    private Claim claim(String network) {
        SourceSpec spec = Objects.requireNonNull(SourceSpec.parse("client-ip"));
        return Claim.ofValue(spec, network, List.of(hash), /* pinnable= */ true);
    }

    /** Clients of one address each. */
    @Setup
    public void fill() {
        for (int i = 0; i < PINS; i++) {
            pins.adopt(Objects.requireNonNull(claim(String.format("%08x", i)).key()), new Pin("n" + i % 8, 2));
        }
        if (found() == null || notFound() != null) {
            throw new IllegalStateException("not what was filled in");
        }
    }

    /** A client that has a pin. */
    @Benchmark
    public @Nullable Pin found() {
        return pins.find(known, LIFETIME);
    }

    /** A client that has none. */
    @Benchmark
    public @Nullable Pin notFound() {
        return pins.find(unknown, LIFETIME);
    }
}
