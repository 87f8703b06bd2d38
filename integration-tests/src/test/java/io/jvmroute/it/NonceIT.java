package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A small {@link NonceCampaign}. */
final class NonceIT {
    private static final int REQUESTS = 10_000;

    @Test
    void answers_amongAborts_areTheirOwn() throws Exception {
        Nonces.Result result = Nonces.run(REQUESTS);
        System.out.println(result);

        assertThat(result.faults()).isEmpty();
        assertThat(result.ends()).containsKeys("whole", "cut off", "left", "stream left", "over HTTP_2");
        assertThat(result.growth()).isLessThan(20_000_000);
        assertThat(result.directGrowth()).isLessThan(NonceCampaign.MOST_DIRECT_GROWTH);
    }
}
