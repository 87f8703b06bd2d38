package io.jvmroute.it;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the self-contained JAR adds to the start of a Tomcat and to the deployment of an application, in the container's own words.
 *
 * <p>Argument: how many starts of each kind; default 5. With and without take turns, so that both see the same machine.
 */
final class StartupBenchmark {
    private static final String VALVE = "<Valve className=\"io.jvmroute.tomcat.AffinityValve\" hazelcastPort=\"0\"/>";
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
            print(runtime, "server", without, with, 0);
            print(runtime, "application", without, with, 1);
        }
    }

    private static long[] measure(TomcatRuntime runtime, boolean valve) throws IOException {
        TomcatBase base = TomcatNode.named(runtime, "benchmark").application("probe", ProbeServlet.class);
        if (valve) {
            base.lib(TomcatRuntime.jar()).engine(VALVE);
        }
        try (TomcatNode node = base.node()) {
            String log = node.start().log();
            return new long[] {find(SERVER, log), find(DEPLOYMENT, log)};
        }
    }

    private static long find(Pattern pattern, String log) {
        Matcher matcher = pattern.matcher(log);
        if (!matcher.find()) {
            throw new IllegalStateException(log + " (expected: " + pattern + ")");
        }
        return Long.parseLong(matcher.group(1).replace(",", ""));
    }

    private static void print(TomcatRuntime runtime, String what, long[][] without, long[][] with, int column) {
        double before = median(without, column);
        double after = median(with, column);
        System.out.printf(
                Locale.ROOT,
                "%s, %s: %.0f ms without, %.0f ms with (+%.0f ms, x%.2f)%n",
                runtime,
                what,
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
