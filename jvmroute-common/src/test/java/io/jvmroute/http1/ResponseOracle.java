package io.jvmroute.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/** Compares what we make of a response with what HttpCore makes of it. */
final class ResponseOracle {
    /** RFC 9110 §8.6: a recipient may take the same length said twice for one; HttpCore does not. */
    private static final String SAME_LENGTH_TWICE = "Multiple Content-Length headers";

    private final Set<Strictness> seen = EnumSet.noneOf(Strictness.class);
    private int agreed;

    /** Fails unless both read the same, both refuse, or the difference is known. */
    void check(WireResponse response) {
        Reading ours = Reading.ours(response);
        Reading theirs = Reading.httpCore(response);
        if (ours.isWhole() && theirs.isWhole()) {
            assertThat(ours).as("%s", response).isEqualTo(theirs);
            agreed++;
        } else if (ours.isWhole()) {
            assertThat(theirs.refusal()).as("we take %s", response).contains(SAME_LENGTH_TWICE);
        } else if (theirs.isWhole()) {
            Strictness reason = Stream.of(Strictness.values())
                    .filter(strictness -> strictness.explains(ours.refusal(), response))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("we refuse for no known reason: " + ours + "\n" + response));
            seen.add(reason);
        }
    }

    /** How many responses both took for the same. */
    int agreed() {
        return agreed;
    }

    /** The differences that occurred. */
    Set<Strictness> seen() {
        return seen;
    }
}
