package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The smallest part of {@link RollingRestartCampaign}, which also knows Jettys and frontends. */
final class RollingRestartIT {
    @Test
    void tomcats_restartedOneAfterTheOther_noRequestFailsAndNoCartIsLost() throws Exception {
        RollingRestart.Result result = RollingRestart.run("tomcat", /* frontend= */ false, 8, 24);

        System.out.println(result);
        assertThat(result.faults()).as("%s", result).isEmpty();
        assertThat(result.stops()).allSatisfy(stop -> assertThat(stop).contains(" 0 left here, 0 requests in flight"));
    }
}
