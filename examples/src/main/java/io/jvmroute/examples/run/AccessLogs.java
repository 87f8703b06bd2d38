package io.jvmroute.examples.run;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts verdicts in the access logs of all nodes. */
final class AccessLogs {

    private static final Pattern VERDICT = Pattern.compile(" verdict=(\\S+) ");

    private AccessLogs() {}

    static Map<String, Integer> verdicts(List<NodePlan> nodes) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        for (NodePlan node : nodes) {
            if (Files.exists(node.accessLog())) {
                count(Files.readString(node.accessLog()), counts);
            }
        }
        return counts;
    }

    /** What has come since then. */
    static Map<String, Integer> since(Map<String, Integer> before, List<NodePlan> nodes) throws IOException {
        Map<String, Integer> counts = verdicts(nodes);
        before.forEach((verdict, count) -> counts.merge(verdict, -count, Integer::sum));
        counts.values().removeIf(count -> count == 0);
        return counts;
    }

    private static void count(String log, Map<String, Integer> counts) {
        Matcher verdicts = VERDICT.matcher(log);
        while (verdicts.find()) {
            counts.merge(verdicts.group(1), 1, Integer::sum);
        }
    }
}
