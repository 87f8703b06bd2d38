package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A small {@link BodyCampaign}. */
final class LargeBodiesIT {
    private static final long BYTES = 64L << 20;

    @Test
    void bodies_passWithoutBeingHeld() throws Exception {
        LargeBodies.Result result = LargeBodies.run(BYTES);
        System.out.println(result);

        assertThat(result.downIntact()).isTrue();
        assertThat(result.upIntact()).isTrue();
        assertThat(result.growth()).isLessThan(BodyCampaign.MOST_GROWTH);
    }
}
