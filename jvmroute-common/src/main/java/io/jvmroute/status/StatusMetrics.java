package io.jvmroute.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.record.HopTimes;
import io.jvmroute.status.StatusReport.Counter;
import io.jvmroute.status.StatusReport.Hops;
import io.jvmroute.status.StatusReport.Load;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;

/**
 * A report in Prometheus' text format 0.0.4, by the model and the writer of its own Java client.
 *
 * <p>The client's live metrics (its artifact {@code prometheus-metrics-core}) are left out on purpose: what is shown is counted already, by {@code
 * LongAdder}s on the request path, and a second set of counters would cost each request once more, and bring four more libraries.
 */
final class StatusMetrics {
    static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final String PREFIX = "jvmroute_";

    /** The names of the counters, which those in JSON are too short for. */
    private static final Map<Counter, String> NAMES = Map.of(
            Counter.HOPS_RECEIVED, "hops_received",
            Counter.HOPS_FORGED, "hops_forged",
            Counter.SESSIONS_HANDED_OVER, "sessions_handed_over",
            Counter.SESSIONS_LOST, "sessions_lost",
            Counter.DRAINS, "drains",
            Counter.PINS_OVERFLOW, "pins_overflow",
            Counter.COOKIES_ISSUED, "route_cookies_issued",
            Counter.COOKIES_REFUSED, "route_cookies_refused",
            Counter.COOKIES_EXPIRED, "route_cookies_expired");

    private final StatusReport report;
    private final MetricSnapshots.Builder metrics = MetricSnapshots.builder();

    private StatusMetrics(StatusReport report) {
        this.report = report;
    }

    static String write(StatusReport report) {
        StatusMetrics all = new StatusMetrics(report);
        all.addCounters();
        all.addHopTimes();
        all.addLoad();
        all.addNodes();
        all.addSelf();
        ByteArrayOutputStream out = new ByteArrayOutputStream(16_384);
        try {
            PrometheusTextFormatWriter.create().write(out, all.metrics.build(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // to memory
        }
        return out.toString(UTF_8);
    }

    private void addCounters() {
        addCounter(
                "requests", "Requests by verdict.", "verdict", report.counters().verdicts());
        addCounter(
                "forwards",
                "Forwards to other nodes by outcome.",
                "outcome",
                report.counters().forwards());
        for (Counter counter : Counter.values()) {
            String name = NAMES.get(counter);
            if (name == null) {
                throw new AssertionError(counter);
            }
            metrics.metricSnapshot(CounterSnapshot.builder()
                    .name(PREFIX + name)
                    .help(counter.help())
                    .dataPoint(CounterDataPointSnapshot.builder()
                            .value((double) report.counters().of(counter))
                            .build())
                    .build());
        }
    }

    private void addCounter(String name, String help, String label, Map<String, Long> counts) {
        CounterSnapshot.Builder metric =
                CounterSnapshot.builder().name(PREFIX + name).help(help);
        counts.forEach((key, count) -> metric.dataPoint(CounterDataPointSnapshot.builder()
                .labels(Labels.of(label, label.equals("outcome") ? key.toLowerCase(Locale.ROOT) : key))
                .value((double) count)
                .build()));
        metrics.metricSnapshot(metric.build());
    }

    private void addHopTimes() {
        HopTimes.Snapshot times = report.counters().hopTimes();
        metrics.metricSnapshot(HistogramSnapshot.builder()
                .name(PREFIX + "hop_duration_seconds")
                .help("How long forwards took, from the choice of the node to the end of its response.")
                .dataPoint(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(ClassicHistogramBuckets.of(times.upperBounds(), times.counts()))
                        .sum(times.sum())
                        .build())
                .build());
    }

    private void addLoad() {
        Load load = report.load();
        Hops hops = load.hops();
        addGauge("requests_in_service", "Requests that applications of this node work on.", load.requestsInService());
        addGauge("forwards_in_flight", "Forwards under way.", hops.inFlight());
        addGauge("tunnels_open", "Upgraded connections that are carried to other nodes.", load.openTunnels());
        addGauge("sessions", "Sessions that this node serves.", load.sessions());
        addGauge("pins_moved", "Moved sessions that are known in the whole cluster.", load.pinsMoved());
        addGauge("pins_backlog", "Sessions whose pin is still to be written.", load.pinBacklog());
        metrics.metricSnapshot(gauge("backend_connections", "Connections to other nodes.")
                .dataPoint(point("state", "idle", hops.idle()))
                .dataPoint(point("state", "in_use", hops.open() - hops.idle()))
                .build());
    }

    private void addNodes() {
        GaugeSnapshot.Builder nodes = gauge("nodes", "Nodes that this one knows, by state.");
        GaugeSnapshot.Builder self = gauge("node_state", "1 for the state that this node is in.");
        for (NodeState state : NodeState.values()) {
            String word = state.name().toLowerCase(Locale.ROOT);
            nodes.dataPoint(point(
                    "state",
                    word,
                    report.view().nodes().stream()
                            .filter(node -> node.state() == state)
                            .count()));
            self.dataPoint(point("state", word, report.view().selfState() == state ? 1 : 0));
        }
        metrics.metricSnapshot(nodes.build()).metricSnapshot(self.build());
        long suspects = report.view().nodes().stream()
                .map(Node::route)
                .filter(report.view()::isSuspect)
                .count();
        addGauge("nodes_suspect", "Nodes that could not be reached a moment ago.", suspects);
        addGauge(
                "minority",
                "1 while this node reaches fewer than half of the last known nodes.",
                report.view().isMinority() ? 1 : 0);
        addGauge(
                "grid_up",
                "1 while the grid is joined, 0 while the node is degraded.",
                report.self().degraded() == null ? 1 : 0);
    }

    private void addSelf() {
        StatusReport.Self self = report.self();
        metrics.metricSnapshot(InfoSnapshot.builder()
                .name("jvmroute")
                .help("This node.")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of("route", self.route(), "mode", self.mode(), "version", self.version()))
                        .build())
                .build());
    }

    private static GaugeSnapshot.Builder gauge(String name, String help) {
        return GaugeSnapshot.builder().name(PREFIX + name).help(help);
    }

    private static GaugeDataPointSnapshot point(String label, String value, long count) {
        return GaugeDataPointSnapshot.builder()
                .labels(Labels.of(label, value))
                .value((double) count)
                .build();
    }

    private void addGauge(String name, String help, long value) {
        metrics.metricSnapshot(gauge(name, help)
                .dataPoint(
                        GaugeDataPointSnapshot.builder().value((double) value).build())
                .build());
    }
}
