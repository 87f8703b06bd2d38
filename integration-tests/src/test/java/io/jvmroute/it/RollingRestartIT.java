package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A small part of {@link RollingRestartCampaign}. */
final class RollingRestartIT {
    @ParameterizedTest
    @CsvSource({"jetty, true", "tomcat, false"})
    void nodes_restartedOneAfterTheOther_noRequestFailsAndNoCartIsLost(String kind, boolean frontend) throws Exception {
        RollingRestart.Result result = RollingRestart.run(kind, frontend, 8, 24);

        System.out.println(result);
        assertThat(result.faults()).as("%s", result).isEmpty();
        if (kind.equals("tomcat")) { // at a SIGTERM the JVM closes the log of a Jetty that uses java.util.logging
            assertThat(result.stops())
                    .allSatisfy(stop -> assertThat(stop).contains(" 0 left here, 0 requests in flight"));
        }
    }
}
