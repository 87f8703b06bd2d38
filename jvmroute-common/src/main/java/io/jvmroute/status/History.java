package io.jvmroute.status;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The figures of the last minutes, about one sample a second, so that plots do not begin empty. Bounded. Thread-safe. */
final class History {
    static final int CAPACITY = 300;

    private final Deque<Sample> samples = new ArrayDeque<>();
    private @Nullable StatusReport last;

    /**
     * What happened since the sample before, and what is under way.
     *
     * @param at in milliseconds of the epoch
     * @param counts by name: the letters of verdicts, {@code forwards}, {@code hopsReceived}, {@code sessions}, {@code requestsInService}
     */
    private record Sample(long at, Map<String, Long> counts) {}

    synchronized void add(StatusReport now) {
        StatusReport before = last;
        last = now;
        if (before == null) {
            return;
        }
        Map<String, Long> counts = new TreeMap<>();
        now.counters()
                .verdicts()
                .forEach((letter, count) ->
                        counts.put(letter, count - before.counters().verdicts().getOrDefault(letter, 0L)));
        counts.put("forwards", forwards(now) - forwards(before));
        counts.put("hopsReceived", hopsReceived(now) - hopsReceived(before));
        counts.put("sessions", (long) now.load().sessions());
        counts.put("requestsInService", (long) now.load().requestsInService());
        if (samples.size() == CAPACITY) {
            samples.removeFirst();
        }
        samples.addLast(new Sample(now.now(), counts));
    }

    private static long forwards(StatusReport report) {
        return report.counters().forwards().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static long hopsReceived(StatusReport report) {
        return report.counters().of(StatusReport.Counter.HOPS_RECEIVED);
    }

    /** Writes the last {@code count} samples as columns. */
    synchronized void write(Json json, int count, Iterable<String> letters) {
        List<Sample> shown = new ArrayList<>(samples);
        shown = shown.subList(Math.max(0, shown.size() - count), shown.size());
        json.object().member("at", shown.stream().map(Sample::at).toList());
        json.name("verdicts").object();
        for (String letter : letters) {
            json.member(letter, column(shown, letter));
        }
        json.end();
        for (String name : List.of("forwards", "hopsReceived", "sessions", "requestsInService")) {
            json.member(name, column(shown, name));
        }
        json.end();
    }

    private static List<Long> column(List<Sample> samples, String name) {
        return samples.stream()
                .map(sample -> sample.counts().getOrDefault(name, 0L))
                .toList();
    }
}
