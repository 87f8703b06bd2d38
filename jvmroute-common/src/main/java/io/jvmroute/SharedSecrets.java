package io.jvmroute;

import io.jvmroute.affinity.AffinitySecrets;
import io.jvmroute.cluster.HopKey;
import java.util.List;
import java.util.function.Supplier;

/** The secrets that all nodes share now, ready for use. Thread-safe; a read is two volatile loads while they stay the same. */
final class SharedSecrets implements Supplier<AffinitySecrets> {
    private final Supplier<List<HopKey>> keys;
    private volatile Made made = new Made(List.of(), AffinitySecrets.NONE);

    private record Made(List<HopKey> of, AffinitySecrets secrets) {}

    SharedSecrets(Supplier<List<HopKey>> keys) {
        this.keys = keys;
    }

    @Override
    public AffinitySecrets get() {
        List<HopKey> now = keys.get();
        Made known = made;
        if (known.of() != now && !known.of().equals(now)) {
            known = new Made(
                    now, new AffinitySecrets(now.stream().map(HopKey::secret).toList()));
            made = known;
        }
        return known.secrets();
    }
}
