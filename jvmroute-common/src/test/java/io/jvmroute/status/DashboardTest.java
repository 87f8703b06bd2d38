package io.jvmroute.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The example dashboard for Grafana asks for metrics that there are. */
final class DashboardTest {
    private static final Path DASHBOARD = Path.of("../examples/src/main/grafana/jvmroute.json");
    private static final Pattern ASKED = Pattern.compile("\\b(jvmroute_[a-z_]+)\\b");
    private static final Pattern SHOWN = Pattern.compile("(?m)^(jvmroute_[a-z_]+)[{ ]");
    private static final Pattern LABEL = Pattern.compile("\\b([a-z]+!?=\\\\\"\\w+\\\\\")");

    private static String dashboard;
    private static String metrics;

    @BeforeAll
    static void read() throws IOException {
        dashboard = Files.readString(DASHBOARD);
        metrics = StatusMetrics.write(new Reports().next());
    }

    @Test
    void queries_nameMetrics() {
        Set<String> asked = all(ASKED, dashboard);

        assertThat(asked).hasSizeGreaterThan(15);
        assertThat(all(SHOWN, metrics)).containsAll(asked);
    }

    @Test
    void queries_nameLabels() {
        Set<String> asked = all(LABEL, dashboard);

        assertThat(asked)
                .hasSizeGreaterThan(4)
                .allSatisfy(label ->
                        assertThat(metrics).contains(label.replace("!=", "=").replace("\\\"", "\"")));
    }

    private static Set<String> all(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        pattern.matcher(text).results().forEach(match -> found.add(match.group(1)));
        return found;
    }
}
