package io.jvmroute.examples.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmroute.examples.run.ClusterPlan.Cast;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OptionsTest {

    @Test
    void parse_nothing() throws UsageException {
        assertThat(Options.parse()).isEqualTo(new Options(Cast.TOMCATS, false, false, "11", true, false));
    }

    @Test
    void parse_all() throws UsageException {
        assertThat(Options.parse("--tomcat", "10", "frontend", "--check", "-h"))
                .isEqualTo(new Options(Cast.TOMCATS, true, true, "10", true, true));
        assertThat(Options.parse("--tomcat=10", "--no-valve"))
                .isEqualTo(new Options(Cast.TOMCATS, false, false, "10", false, false));
        assertThat(Options.parse("jetty", "--check"))
                .isEqualTo(new Options(Cast.JETTYS, false, true, "11", true, false));
        assertThat(Options.parse("mixed", "frontend"))
                .isEqualTo(new Options(Cast.MIXED, true, false, "11", true, false));
        assertThat(Options.parse("filter", "--check"))
                .isEqualTo(new Options(Cast.FILTER, false, true, "11", true, false));
        assertThat(Options.parse("static", "--check"))
                .isEqualTo(new Options(Cast.STATIC, true, true, "11", true, false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--chekc             | --chekc: unknown",
                "backend             | backend: unknown",
                "--tomcat            | --tomcat  (expected: 10 or 11)",
                "--tomcat 9          | --tomcat 9 (expected: 10 or 11)",
                "--tomcat=           | --tomcat  (expected: 10 or 11)",
                "jetty --no-valve    | --no-valve: for the three Tomcats only",
                "jetty mixed         | mixed: jetty, mixed, static or filter, once",
                "frontend --no-valve | --no-valve: a frontend is nothing without the valve",
            })
    void parse_namesTheFault(String line, String message) {
        assertThatThrownBy(() -> Options.parse(line.split(" ", -1)))
                .isInstanceOf(UsageException.class)
                .hasMessage(message);
    }
}
