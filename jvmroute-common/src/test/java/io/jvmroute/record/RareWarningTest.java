package io.jvmroute.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.testing.LogLines;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RareWarningTest {
    private static final System.Logger LOG = System.getLogger(RareWarningTest.class.getName());

    @Test
    void warn_onceInAWhile() {
        RareWarning rare = new RareWarning(LOG, Duration.ofDays(1));
        try (LogLines log = new LogLines(RareWarningTest.class)) {
            rare.warn("{0} fell");
            rare.warn("{0} fell");
            assertThat(log.lines()).containsExactly("{0} fell");
        }
    }

    @Test
    void warn_saysHowOftenItDidNot() {
        RareWarning rare = new RareWarning(LOG, Duration.ZERO);
        try (LogLines log = new LogLines(RareWarningTest.class)) {
            rare.warn("a");
            rare.warn("b");
            assertThat(log.lines()).containsExactly("a", "b");
        }
    }
}
