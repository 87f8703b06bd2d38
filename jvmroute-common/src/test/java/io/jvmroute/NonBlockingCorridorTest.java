package io.jvmroute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmroute.affinity.Claim;
import io.jvmroute.cluster.Node;
import io.jvmroute.forward.ForwardResult;
import io.jvmroute.forward.ProxyError;
import io.jvmroute.policy.Arrival;
import io.jvmroute.policy.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a request when something fails on its way that is none of the expected failures. */
final class NonBlockingCorridorTest {
    private final JvmRoute jvmRoute = new JvmRoute(
            AffinityConfig.builder()
                    .set("mode", "frontend")
                    .set("backends", "n1=http://127.0.0.1:1, n2=http://127.0.0.1:2")
                    .build(),
            10);
    private final Failing driver = new Failing();

    /** Fails as often as it is told. */
    private static final class Failing implements NonBlockingCorridor.Driver<DescribedRequest> {
        final List<Decision> told = new ArrayList<>();

        @Nullable
        ForwardResult forwarded;

        int hops;
        int failingHop;
        boolean failsWhenTold;

        @Override
        public void forward(DescribedRequest exchange, Node backend, NonBlockingCorridor.Terms terms) {
            if (++hops == failingHop) {
                throw new IllegalArgumentException("no way to go on");
            }
            terms.ended(new ForwardResult(ForwardResult.Outcome.UNREACHABLE, 503, "refused"));
        }

        @Override
        public void carried(DescribedRequest exchange, Decision last, @Nullable ForwardResult result) {
            told.add(last);
            forwarded = result;
            if (failsWhenTold) {
                throw new IllegalStateException("no way to answer");
            }
        }
    }

    @AfterEach
    void close() {
        jvmRoute.close();
    }

    private void carry() {
        Decision first = jvmRoute.router().decideFor(Claim.NONE, Arrival.CLIENT);
        jvmRoute.corridor(driver, Runnable::run).carry(new DescribedRequest("", List.of(), ""), Claim.NONE, first);
    }

    @Test
    void firstHop_failsToBegin_isAnErrorOfThisNode() {
        driver.failingHop = 1;

        carry();

        assertFailed();
    }

    @Test
    void redispatch_failsToBegin_isAnErrorOfThisNode() {
        driver.failingHop = 2;

        carry();

        assertFailed();
    }

    private void assertFailed() {
        assertThat(driver.told).containsExactly(Decision.Reject.FAILED);
        ForwardResult result = Objects.requireNonNull(driver.forwarded);
        assertThat(result.error()).isEqualTo(ProxyError.PROXY_INTERNAL_ERROR);
        assertThat(result.cause()).contains("no way to go on");
    }

    @Test
    void driver_failsToAnswer_isNotToldTwice() {
        driver.failingHop = 1;
        driver.failsWhenTold = true;

        assertThatThrownBy(this::carry).hasMessage("no way to answer");
        assertThat(driver.told).hasSize(1);
    }
}
