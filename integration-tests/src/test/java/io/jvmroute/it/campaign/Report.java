package io.jvmroute.it.campaign;

import io.jvmroute.it.campaign.history.FailoverInTime;
import io.jvmroute.it.campaign.history.Fault;
import io.jvmroute.it.campaign.history.FaultKind;
import io.jvmroute.it.campaign.history.FewMoves;
import io.jvmroute.it.campaign.history.Finding;
import io.jvmroute.it.campaign.history.History;
import io.jvmroute.it.campaign.history.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a campaign has shown, for people, programs, and whoever looks for the cause of a finding. */
record Report(String nodes, long seed, History history, List<Finding> findings) {
    /** The figures on a few lines. */
    String summary() {
        StringBuilder text = new StringBuilder("%s, seed %d: %d requests, %d failed, %d faults, %d moves, %d findings%n"
                .formatted(
                        nodes,
                        seed,
                        requests(),
                        failures().size(),
                        history.faults().size(),
                        moves().size(),
                        findings.size()));
        slowest()
                .forEach((kind, millis) -> text.append("  %-16s %3d times, slowest failover %6d ms (promised: %d)%n"
                        .formatted(kind.option(), times(kind), millis, kind.boundMillis())));
        return text.toString();
    }

    int requests() {
        return history.operations().size();
    }

    List<Operation> failures() {
        return history.operations().stream()
                .filter(operation -> operation.kind().isEarnest() && !operation.isSuccess())
                .toList();
    }

    /** When sessions were first answered by another node. */
    List<Long> moves() {
        return FewMoves.moments(history);
    }

    Map<FaultKind, Long> slowest() {
        return FailoverInTime.slowest(history);
    }

    long times(FaultKind kind) {
        return history.faults().stream().filter(fault -> fault.kind() == kind).count();
    }

    long began() {
        return history.operations().stream().mapToLong(Operation::start).min().orElse(0);
    }

    Duration lasted() {
        return Duration.ofMillis(
                history.operations().stream().mapToLong(Operation::end).max().orElse(0) - began());
    }

    /** Writes all three into the folder. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("report-" + nodes + ".html"), new ReportPage(this).render());
        Files.writeString(folder.resolve("report-" + nodes + ".json"), json());
        Files.writeString(
                folder.resolve("history-" + nodes + ".tsv"),
                history.operations().stream().map(Report::line).collect(Collectors.joining("\n", "", "\n")));
    }

    private static String line(Operation operation) {
        return String.join(
                "\t",
                String.valueOf(operation.start()),
                String.valueOf(operation.end()),
                operation.sender().session(),
                operation.sender().entry(),
                operation.kind().name(),
                operation.nonce(),
                String.valueOf(operation.answer()));
    }

    private String json() {
        Map<String, Long> statuses = new TreeMap<>();
        failures()
                .forEach(operation ->
                        statuses.merge(String.valueOf(operation.answer().status()), 1L, Long::sum));
        return """
            {"nodes": "%s", "seed": %d, "seconds": %d, "requests": %d, "moves": %d,
             "failed": {%s},
             "slowestFailoverMillis": {%s},
             "faults": [
            %s
             ],
             "findings": [
            %s
             ]}
            """.formatted(
                nodes,
                seed,
                lasted().toSeconds(),
                requests(),
                moves().size(),
                members(statuses),
                members(slowest().entrySet().stream()
                        .collect(Collectors.toMap(
                                entry -> entry.getKey().option(), Map.Entry::getValue, Long::sum, TreeMap::new))),
                history.faults().stream().map(this::json).collect(Collectors.joining(",\n")),
                findings.stream()
                        .map(finding -> "  {\"rule\": \"%s\", \"text\": \"%s\"}"
                                .formatted(finding.rule(), escaped(finding.text())))
                        .collect(Collectors.joining(",\n")));
    }

    private String json(Fault fault) {
        return "  {\"fault\": \"%s\", \"targets\": \"%s\", \"fromMillis\": %d, \"undoneMillis\": %d, \"toMillis\": %d}"
                .formatted(
                        fault.kind().option(),
                        String.join(" ", fault.targets().stream().sorted().toList()),
                        fault.from() - began(),
                        fault.undone() - began(),
                        fault.to() - began());
    }

    private static String members(Map<String, Long> values) {
        return values.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\": " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
    }
}
