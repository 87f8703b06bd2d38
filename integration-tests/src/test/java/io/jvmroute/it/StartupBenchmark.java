package io.jvmroute.it;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the self-contained JAR adds to the start of a Tomcat and to the deployment of an application, in the container's own words.
 *
 * <p>Argument: how many starts of each kind; default 5. With and without take turns, so that both see the same machine.
 */
final class StartupBenchmark {
    private static final String VALVE = "<Valve className=\"io.jvmroute.tomcat.AffinityValve\" hazelcastPort=\"0\"/>";
    private static final List<String> COLUMNS =
            List.of("server", "server, CPU", "first application", "last application");
    private static final Pattern SERVER = Pattern.compile("Server startup in \\[([\\d,]+)\\] milliseconds");
    private static final Pattern DEPLOYMENT =
            Pattern.compile("Deployment of web application archive .* has finished in \\[([\\d,]+)\\] ms");

    private StartupBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int starts = arguments.length == 0 ? 5 : Integer.parseInt(arguments[0]);
        for (TomcatRuntime runtime : TomcatRuntime.all()) {
            long[][] without = new long[starts][];
            long[][] with = new long[starts][];
            for (int i = 0; i < starts; i++) {
                without[i] = measure(runtime, /* valve= */ false);
                with[i] = measure(runtime, /* valve= */ true);
            }
            for (int column = 0; column < COLUMNS.size(); column++) {
                print(runtime, column, without, with);
            }
        }
    }

    private static long[] measure(TomcatRuntime runtime, boolean valve) throws IOException {
        TomcatBase base = TomcatNode.named(runtime, "benchmark");
        for (String name : List.of("a", "b", "c")) {
            base.application(name, ProbeServlet.class);
        }
        if (valve) {
            base.lib(TomcatRuntime.jar()).engine(VALVE);
        }
        try (TomcatNode node = base.node()) {
            String log = node.start().log();
            long cpu = node.handle()
                    .info()
                    .totalCpuDuration()
                    .orElse(Duration.ZERO)
                    .toMillis();
            List<Long> deployments = find(DEPLOYMENT, log);
            return new long[] {
                find(SERVER, log).get(0), cpu, deployments.get(0), deployments.get(deployments.size() - 1)
            };
        }
    }

    private static List<Long> find(Pattern pattern, String log) {
        List<Long> found = pattern.matcher(log)
                .results()
                .map(match -> Long.parseLong(match.group(1).replace(",", "")))
                .toList();
        if (found.isEmpty()) {
            throw new IllegalStateException(log + " (expected: " + pattern + ")");
        }
        return found;
    }

    private static void print(TomcatRuntime runtime, int column, long[][] without, long[][] with) {
        double before = median(without, column);
        double after = median(with, column);
        System.out.printf(
                Locale.ROOT,
                "%s, %s: %.0f ms without, %.0f ms with (+%.0f ms, x%.2f)%n",
                runtime,
                COLUMNS.get(column),
                before,
                after,
                after - before,
                after / before);
    }

    private static double median(long[][] runs, int column) {
        long[] sorted =
                Arrays.stream(runs).mapToLong(run -> run[column]).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
    }
}
